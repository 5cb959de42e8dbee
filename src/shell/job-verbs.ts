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
  const state = stateOf(row);
  const paused = row.paused === true || state === 'paused' || state === 'standby';
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

/** The wire command for a verb, by the names that both old and new far ends have. */
export function verbCommand(verb: JobVerb): string {
  return verb === 'finalize' || verb === 'dismiss' ? `job-${verb}` : `block-job-${verb}`;
}

/** What is going on and what can be done about it, in one line. */
export function nextStep(row: Row): string {
  const state = stateOf(row);
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

function stateOf(row: Row): string {
  if (typeof row.status === 'string') return row.status;
  if (row.paused === true) return row.ready === true ? 'standby' : 'paused';
  return row.ready === true ? 'ready' : 'running';
}
