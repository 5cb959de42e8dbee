import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from '../../../src/engine/engine.ts';
import { QapiError } from '../../../src/qapi/qapi-error.ts';
import type { Moment } from './disk-content.ts';
import type { StressDisk } from './stress-disk.ts';

type Members = Readonly<Record<string, unknown>>;

/** A job that runs, and what its end means for the files of its disk. */
export interface StressJob {
  readonly id: string;
  readonly disk: StressDisk;
  readonly ends: 'alone' | 'when ready' | 'when cancelled';
  /** How it was told to end, and the instant since then at which it does. */
  ending?: { readonly how: 'complete' | 'cancel'; readonly moment: Moment } | undefined;
  /** Notes what is true of the files from now on. */
  readonly ended?: (isDone: boolean, ending: StressJob['ending']) => unknown;
}

/** The jobs of a machine: starts them, hears of their ends, and remembers what was refused. */
export class StressJobs {
  readonly #engine: Engine;
  readonly #running = new Map<string, StressJob>();
  /** What happened, for the report of a failure. */
  readonly log: string[] = [];
  /** How many have done what they were to do. */
  ended = 0;
  #number = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
    engine.onEvent(({ event, data }) => this.#hear(event, data));
  }

  get running(): readonly StressJob[] {
    return [...this.#running.values()];
  }

  newId(): string {
    return `job${this.#number++}`;
  }

  /** Starts a job; whether it was accepted. */
  async start(command: string, args: Members, jobs: readonly StressJob[]): Promise<boolean> {
    for (const job of jobs) this.#running.set(job.id, job);
    const isAccepted = await this.ask(command, args);
    if (!isAccepted) for (const job of jobs) this.#running.delete(job.id);
    return isAccepted;
  }

  /** Has a job end in one of the two ways, and not in the other any more. */
  async end(job: StressJob, how: 'complete' | 'cancel', { force = false } = {}): Promise<void> {
    if (job.ending !== undefined && job.ending.how !== how && !force) return;
    const before = job.ending;
    const ending = job.ending ??= { how, moment: job.disk.content.open() };
    const isAccepted = await this.ask(`block-job-${how}`, { device: job.id, ...(force && { force }) });
    if (isAccepted || before !== undefined) return;
    ending.moment.close();
    job.ending = undefined;
  }

  /** Whether the engine did it; refusals in QEMU's words are what an operator must live with. */
  async ask(command: string, args: Members): Promise<boolean> {
    try {
      await this.#engine.execute(command, args);
      this.log.push(`${command} ${JSON.stringify(args)}`);
      return true;
    } catch (error) {
      if (!(error instanceof QapiError)) throw error;
      this.log.push(`${command} ${JSON.stringify(args)}: ${error.desc}`);
      return false;
    }
  }

  /** Lets all that still runs come to its end. @throws when a job does not */
  async finish(): Promise<void> {
    for (let attempt = 0; attempt < 2000; attempt++) {
      const rows = await this.#engine.execute('query-jobs') as { id: string; status: string }[];
      if (rows.length === 0) return;
      for (const { id, status } of rows) await this.#help(id, status);
      await sleep(10);
    }
    throw new Error(`jobs do not end: ${JSON.stringify(await this.#engine.execute('query-jobs'))}`);
  }

  async #help(id: string, status: string): Promise<void> {
    const job = this.#running.get(id);
    if (status === 'paused' || status === 'standby') await this.ask('job-resume', { id });
    if (status === 'running' || status === 'ready') await this.ask('block-job-set-speed', { device: id, speed: 0 });
    if (status === 'ready' && job !== undefined) await this.end(job, 'complete');
    if (status === 'running' && job?.ends === 'when cancelled') await this.end(job, 'cancel');
    if (status === 'pending') await this.ask('job-finalize', { id });
    if (status === 'concluded') await this.ask('job-dismiss', { id });
  }

  #hear(event: string, { device, error }: { device?: string; error?: string }): void {
    const job = this.#running.get(device ?? '');
    if (job === undefined || (event !== 'BLOCK_JOB_COMPLETED' && event !== 'BLOCK_JOB_CANCELLED')) return;
    this.log.push(`${event} ${job.id} ${error ?? ''}`);
    this.#running.delete(job.id);
    const isDone = event === 'BLOCK_JOB_COMPLETED' && error === undefined;
    if (isDone) this.ended++;
    job.ending?.moment.close();
    job.ended?.(isDone, job.ending);
  }
}
