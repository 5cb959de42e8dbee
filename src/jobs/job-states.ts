import { QapiError } from '../qapi/qapi-error.ts';

/** Every state of a job, in the order of the tables below. */
export const JOB_STATES = [
  'undefined', 'created', 'running', 'paused', 'ready', 'standby', 'waiting', 'pending', 'aborting', 'concluded', 'null',
] as const;
export type JobState = (typeof JOB_STATES)[number];

/** What a user can ask of a job. */
export type JobVerb = 'cancel' | 'pause' | 'resume' | 'set-speed' | 'complete' | 'finalize' | 'dismiss' | 'change';

type Row = `${string} ${string}`;

/** state x next state; columns: Undefined Created Running Paused readY Standby Waiting penDing aborting(X) concludEd Null. */
const TRANSITIONS: Readonly<Record<JobState, Row>> = {
  //          U C R P Y S W D X E N
  undefined: '. x . . . . . . . . .',
  created:   '. . x . . . . . x . x',
  running:   '. . . x x . x . x . .',
  paused:    '. . x . . . . . . . .',
  ready:     '. . . . . x x . x . .',
  standby:   '. . . . x . . . . . .',
  waiting:   '. . . . . . . x x . .',
  pending:   '. . . . . . . . x x .',
  aborting:  '. . . . . . . . x x .',
  concluded: '. . . . . . . . . . x',
  null:      '. . . . . . . . . . .',
};

/** verb x state in which it is accepted. */
const VERBS: Readonly<Record<JobVerb, Row>> = {
  //              U C R P Y S W D X E N
  cancel:      '. x x x x x x x . . .',
  pause:       '. x x x x x . . . . .',
  resume:      '. x x x x x . . . . .',
  'set-speed': '. x x x x x . . . . .',
  complete:    '. . . . x x . . . . .',
  finalize:    '. . . . . . . x . . .',
  dismiss:     '. . . . . . . . . x .',
  change:      '. . x x x x . . . . .',
};

const holds = (row: Row, column: JobState): boolean => row[2 * JOB_STATES.indexOf(column)] === 'x';

/** Whether a job may step from one state to another. */
export function canStep(from: JobState, to: JobState): boolean {
  return holds(TRANSITIONS[from], to);
}

/** Whether a job in this state accepts the verb. */
export function accepts(state: JobState, verb: JobVerb): boolean {
  return holds(VERBS[verb], state);
}

/** @throws QapiError in QEMU's words when the job's state does not accept the verb */
export function checkVerb(id: string, state: JobState, verb: JobVerb): void {
  if (!accepts(state, verb)) throw new QapiError(`Job '${id}' in state '${state}' cannot accept command verb '${verb}'`);
}
