/**
 * What a job kind gives to the job machine: the steps of one job, called in the order of the members.
 * Every step may reject with IoError or QapiError; the job then ends with that error.
 */
export interface JobWork {
  /** Moves the data; calls `job.checkpoint()` often and lets its JobCancelled through. */
  run(): Promise<void>;
  /** The last step that may fail, after the user has finalized. */
  prepare?(): Promise<void>;
  /** Makes the result visible; the job has succeeded. */
  commit?(): Promise<void>;
  /** Undoes what must not stay; the job has failed or was cancelled. */
  abort?(): Promise<void>;
  /** Always last: releases nodes, hooks and op blockers. */
  clean(): Promise<void>;
  /** The user's block-job-complete on a job that is ready. */
  complete?(): void;
  /** The user's block-job-cancel on a job that is ready: it ends well, but without the switch that completing would bring. */
  stay?(): void;
}

/** Ends the work of a job that the user has cancelled. */
export class JobCancelled extends Error {
  constructor() {
    super('Operation canceled');
    this.name = 'JobCancelled';
  }
}
