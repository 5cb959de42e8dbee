type Row = Readonly<Record<string, unknown>>;

/** What can be asked of a job. */
export type JobVerb = 'pause' | 'resume' | 'set-speed' | 'complete' | 'cancel' | 'finalize' | 'dismiss';

/** QEMU's verb table: in which states a job accepts a verb. */
const accepting: Readonly<Record<JobVerb, readonly string[]>> = {
  pause: ['created', 'running', 'paused', 'ready', 'standby'],
  resume: ['created', 'running', 'paused', 'ready', 'standby'],
  'set-speed': ['created', 'running', 'paused', 'ready', 'standby'],
  complete: ['ready'],
  cancel: ['created', 'running', 'paused', 'ready', 'standby', 'waiting', 'pending'],
  finalize: ['pending'],
  dismiss: ['concluded'],
};

/** Jobs that wait in `ready` and are asked to switch over; the others end by themselves. */
const switching = new Set(['mirror', 'commit', 'active-commit']);

/** The verbs that make sense for a job row now: those its state accepts, less pausing twice and resuming what runs. */
export function jobActions(row: Row): JobVerb[] {
  const state = jobState(row);
  const paused = typeof row.paused === 'boolean' ? row.paused : state === 'paused' || state === 'standby';
  return (Object.keys(accepting) as JobVerb[]).filter((verb) => {
    if (verb === 'pause' && paused) return false;
    if (verb === 'resume' && !paused) return false;
    return accepting[verb].includes(state);
  });
}

/** True when the job accepts the verb now. */
export function canDo(row: Row, verb: JobVerb): boolean {
  return jobActions(row).includes(verb);
}

/** What is going on and what can be done about it, in one line. */
export function nextStep(row: Row): string {
  const state = jobState(row);
  if (typeof row.error === 'string') return `failed: ${row.error}; dismiss to forget it`;
  if (row['io-status'] === 'failed') return 'stopped by an I/O error: resume to try again, cancel to give up';
  if (row['io-status'] === 'nospace') return 'stopped, no space left: make room and resume, or cancel';
  if (state === 'ready' && switching.has(String(row.type))) return 'ready: complete to switch over, cancel to keep the source';
  return hints[state] ?? '';
}

const hints: Readonly<Record<string, string>> = {
  created: 'not started yet',
  running: 'copying',
  paused: 'paused: resume to go on',
  ready: 'ready: complete to end it',
  standby: 'ready but paused: resume, then complete',
  waiting: 'done: waits for the other jobs of its transaction',
  pending: 'done: finalize to make it final, cancel to undo',
  aborting: 'being cancelled',
  concluded: 'over: dismiss to forget it',
};

/**
 * The state of a job row as a person sees it. While QEMU drains a node its jobs read `paused` or `standby` for a moment;
 * `paused` of query-block-jobs says whether somebody asked for it. Far ends before 2.12 have no `status` at all.
 */
export function jobState(row: Row): string {
  const { status, paused } = row;
  if (typeof status !== 'string') return stateFromFlags(row);
  if (paused !== false) return status;
  if (status === 'paused') return 'running';
  return status === 'standby' ? 'ready' : status;
}

function stateFromFlags({ paused, ready }: Row): string {
  if (paused === true) return ready === true ? 'standby' : 'paused';
  return ready === true ? 'ready' : 'running';
}
