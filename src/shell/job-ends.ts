import type { Link, Off, QmpEvent } from '../qmp/link.ts';

/** How a job ended. */
export interface JobEnd {
  readonly isCancelled: boolean;
  readonly error?: string;
}

/** Remembers how jobs ended, for a job that nobody dismisses by hand is gone in the moment it ends. */
export interface JobEnds {
  /** Undefined while nothing was heard of its end, and again when a new job takes the id. */
  of(id: string): JobEnd | undefined;
  close(): void;
}

/** More jobs than this are forgotten, the oldest first. */
const capacity = 1000;

/** Follows the events of a link. */
export function followJobEnds(link: Link): JobEnds {
  const ends = new Map<string, JobEnd>();
  const off: Off = link.onEvent(({ event, data }) => {
    const id = event === 'JOB_STATUS_CHANGE' ? data.id : data.device;
    if (typeof id !== 'string') return;
    const end = endOf(event, data, ends.get(id));
    if (end === 'none') ends.delete(id);
    else if (end !== undefined) ends.set(id, end);
    if (ends.size > capacity) ends.delete(ends.keys().next().value!);
  });
  return { of: (id) => ends.get(id), close: off };
}

/** What an event says about the end of a job: 'none' for a new job, undefined for nothing. */
function endOf(event: string, data: QmpEvent['data'], known: JobEnd | undefined): JobEnd | 'none' | undefined {
  switch (event) {
    case 'BLOCK_JOB_COMPLETED': return { isCancelled: false, ...(typeof data.error === 'string' && { error: data.error }) };
    case 'BLOCK_JOB_CANCELLED': return { isCancelled: true };
    case 'JOB_STATUS_CHANGE':
      if (data.status === 'created') return 'none';
      return data.status === 'null' ? known ?? { isCancelled: false } : undefined;
    default: return undefined;
  }
}
