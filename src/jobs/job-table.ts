import { QapiError } from '../qapi/qapi-error.ts';
import { BlockJob } from './block-job.ts';
import type { BlockJobRequest } from './block-job.ts';
import { systemJobClock } from './job-clock.ts';
import type { JobClock } from './job-clock.ts';
import { accepts } from './job-states.ts';
import { Turns } from '../util/turns.ts';

/** Hears the events of all jobs: wire name and data. */
export type JobEventListener = (name: string, data: Readonly<Record<string, unknown>>) => void;

/** Every job that has not been dismissed. */
export class JobTable {
  readonly #jobs = new Map<string, BlockJob>();
  readonly #listeners = new Set<JobEventListener>();
  readonly #clock: JobClock;
  readonly #turns: Turns;

  /** @param options.turns in which jobs take effect; of their own unless somebody else changes the graph, too */
  constructor(options: { clock?: JobClock; turns?: Turns } = {}) {
    this.#clock = options.clock ?? systemJobClock;
    this.#turns = options.turns ?? new Turns();
  }

  /** Makes a job in state `created`. @throws QapiError in QEMU's words when the id is malformed or taken, or the speed negative */
  create(request: BlockJobRequest): BlockJob {
    if (!/^[A-Za-z][A-Za-z0-9._-]*$/.test(request.id)) throw new QapiError(`Invalid job ID '${request.id}'`);
    if (this.#jobs.has(request.id)) throw new QapiError(`Job ID '${request.id}' already in use`);
    const job = new BlockJob(request, {
      clock: this.#clock,
      turns: this.#turns,
      emit: (name, data) => this.#emit(name, data),
      forget: (forgotten) => this.#jobs.delete(forgotten.id),
    });
    this.#jobs.set(job.id, job);
    return job;
  }

  find(id: string): BlockJob | undefined {
    return this.#jobs.get(id);
  }

  /** @throws QapiError when there is no such job */
  get(id: string): BlockJob {
    const job = this.#jobs.get(id);
    if (job === undefined) throw new QapiError('Job not found');
    return job;
  }

  /** @throws QapiError of class DeviceNotActive when there is no such job, or it is no block job */
  getBlockJob(id: string): BlockJob {
    const job = this.#jobs.get(id);
    if (job?.isBlockJob !== true) throw new QapiError(`Block job '${id}' not found`, { class: 'DeviceNotActive' });
    return job;
  }

  /** The newest first, as QEMU lists them. */
  all(): BlockJob[] {
    return [...this.#jobs.values()].reverse();
  }

  /** Subscribes to the events of all jobs; returns the off switch. */
  onEvent(listener: JobEventListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Cancels every job and resolves when the last one has let go of its nodes. */
  async cancelAll(): Promise<void> {
    const jobs = this.all();
    for (const job of jobs) if (accepts(job.state, 'cancel')) job.cancel({ force: true });
    await Promise.all(jobs.filter((job) => job.isUnfinished).map((job) => job.done));
  }

  #emit(name: string, data: Readonly<Record<string, unknown>>): void {
    for (const listener of this.#listeners) listener(name, data);
  }
}
