import { strerror } from '../block/errnos.ts';
import { IoError } from '../block/io-error.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import { progressData } from './block-job-info.ts';
import type { BlockJobInfo, BlockJobType, EmitJobEvent, JobSummary } from './block-job-info.ts';
import type { JobClock } from './job-clock.ts';
import type { JobGroup } from './job-group.ts';
import { actionFor } from './error-policy.ts';
import type { ErrorAction, IoStatus, OnError } from './error-policy.ts';
import { canStep, checkVerb } from './job-states.ts';
import type { JobState } from './job-states.ts';
import { JobCancelled } from './job-work.ts';
import type { JobWork } from './job-work.ts';
import { RateLimit } from './rate-limit.ts';
import { Sleeper } from './sleeper.ts';
import type { Turns } from '../util/turns.ts';

/** What a job is made of. */
export interface BlockJobRequest {
  readonly id: string;
  readonly type: BlockJobType;
  /** Bytes per second; 0 or absent is unlimited. */
  readonly speed?: number;
  /** false: the job waits in `pending` until it is finalized. */
  readonly autoFinalize?: boolean;
  /** false: the job stays in `concluded` until it is dismissed. */
  readonly autoDismiss?: boolean;
  /** The jobs with which it succeeds or fails. */
  readonly group?: JobGroup;
}

/** The world of a job. */
export interface JobSurroundings {
  readonly clock: JobClock;
  readonly emit: EmitJobEvent;
  /** In these, nothing else changes the graph. */
  readonly turns: Turns;
  /** The job is in state `null` and must be forgotten. */
  readonly forget: (job: BlockJob) => void;
}

/** One long operation on nodes: its state, its progress and what users may ask of it. */
export class BlockJob {
  readonly id: string;
  readonly type: BlockJobType;
  readonly autoFinalize: boolean;
  readonly autoDismiss: boolean;
  /** Resolves when the job has concluded, however it ended. */
  readonly done: Promise<void>;
  /** Bytes to do; may grow while the job runs. */
  len = 0;
  /** Bytes done. */
  offset = 0;
  ioStatus: IoStatus = 'ok';
  #state: JobState = 'undefined';
  #speed = 0;
  #busy = false;
  #userPaused = false;
  #cancelled = false;
  #error: string | undefined;
  #work: JobWork | undefined;
  #settled!: () => void;
  #decide: ((decision: 'finalize' | 'abort') => void) | undefined;
  readonly #group: JobGroup | undefined;
  readonly #limit: RateLimit;
  readonly #sleeper: Sleeper;
  readonly #around: JobSurroundings;

  /** @throws QapiError when the speed is negative */
  constructor(request: BlockJobRequest, around: JobSurroundings) {
    this.id = request.id;
    this.type = request.type;
    this.autoFinalize = request.autoFinalize ?? true;
    this.autoDismiss = request.autoDismiss ?? true;
    this.done = new Promise((resolve) => (this.#settled = resolve));
    this.#group = request.group;
    this.#around = around;
    this.#limit = new RateLimit(around.clock);
    this.#sleeper = new Sleeper(around.clock);
    this.#step('created');
    try {
      this.setSpeed(request.speed ?? 0);
    } catch (error) {
      this.#step('null');
      throw error;
    }
  }

  get state(): JobState {
    return this.#state;
  }

  /** Bytes per second; 0 is unlimited. */
  get speed(): number {
    return this.#speed;
  }

  /** Whether it works for a device or node; the other jobs have no events and queries but those that all jobs have. */
  get isBlockJob(): boolean {
    return this.type !== 'create';
  }

  get isReady(): boolean {
    return this.#state === 'ready' || this.#state === 'standby';
  }

  /** Whether the job has still to conclude. */
  get isUnfinished(): boolean {
    return this.#state !== 'concluded' && this.#state !== 'null';
  }

  get isCancelled(): boolean {
    return this.#cancelled;
  }

  /** Why the job failed, once it has. */
  get error(): string | undefined {
    return this.#error;
  }

  /** Whether the work should come to a checkpoint soon: a pause or a cancellation waits for it. */
  get mustYield(): boolean {
    return this.#cancelled || this.#userPaused;
  }

  /** The most bytes to move in one request so that the speed is kept smoothly. */
  get burst(): number {
    return this.#limit.burst;
  }

  /** The row of query-block-jobs. */
  info(): BlockJobInfo {
    return {
      'auto-finalize': this.autoFinalize, 'io-status': this.ioStatus, device: this.id, 'auto-dismiss': this.autoDismiss,
      busy: this.#busy, len: this.len, offset: this.offset, status: this.#state, paused: this.#userPaused,
      speed: this.#speed, ready: this.isReady, type: this.type, ...(this.#error !== undefined && { error: this.#error }),
    };
  }

  /** The row of query-jobs. */
  summary(): JobSummary {
    return {
      'current-progress': this.offset, status: this.#state, 'total-progress': this.len, type: this.type, id: this.id,
      ...(this.#error !== undefined && { error: this.#error }),
    };
  }

  /** Asks the job to pause. @throws QapiError when it cannot or already is */
  pause(): void {
    checkVerb(this.id, this.#state, 'pause');
    if (this.#userPaused) throw new QapiError('Job is already paused');
    this.#userPaused = true;
    this.#sleeper.wake();
  }

  /** Lets a job that a user or an error has paused go on, and forgets the error. @throws QapiError when it was not paused */
  resume(): void {
    if (!this.#userPaused) throw new QapiError("Can't resume a job that was not paused");
    checkVerb(this.id, this.#state, 'resume');
    this.ioStatus = 'ok';
    this.#userPaused = false;
    this.#sleeper.wake();
  }

  /** Ends the job without its result; `done` tells when. @throws QapiError in QEMU's words when it is paused or cannot be cancelled */
  cancel(options: { force?: boolean } = {}): void {
    if (this.#userPaused && options.force !== true) {
      throw new QapiError(`The block job for device '${this.id}' is currently paused`);
    }
    checkVerb(this.id, this.#state, 'cancel');
    if (options.force !== true && this.isReady && this.#work?.stay !== undefined) {
      this.#work.stay();
      return this.#sleeper.wake();
    }
    this.#cancelled = true;
    this.#userPaused = false;
    this.#group?.fail(this);
    this.#decide?.('abort');
    this.#sleeper.wake();
  }

  /** Asks a job that is ready to end with its result, a paused one only if said so: once it is resumed. @throws QapiError */
  complete({ whilePaused = false } = {}): void {
    checkVerb(this.id, this.#state, 'complete');
    if (this.#cancelled || (this.#userPaused && !whilePaused) || this.#work?.complete === undefined) {
      throw new QapiError(`The active block job '${this.id}' cannot be completed`);
    }
    this.#work.complete();
    this.#sleeper.wake();
  }

  /** Bytes per second, 0 for unlimited. @throws QapiError when negative or when the state forbids it */
  setSpeed(speed: number): void {
    checkVerb(this.id, this.#state, 'set-speed');
    if (speed < 0) throw new QapiError("Parameter 'speed' expects a non-negative value");
    this.#speed = speed;
    this.#limit.speed = speed;
    this.#sleeper.wake();
  }

  /** Commits a job that waits in `pending`. */
  finalize(): void {
    checkVerb(this.id, this.#state, 'finalize');
    this.#decide?.('finalize');
  }

  /** Forgets a job that has concluded. */
  dismiss(): void {
    checkVerb(this.id, this.#state, 'dismiss');
    this.#step('null');
  }

  /** Lets the job run; its first steps happen in a later turn. */
  start(work: JobWork): void {
    this.#work = work;
    this.#busy = true;
    this.#step('running');
    void this.#runToEnd(work);
  }

  /** Gives up a job that was created but cannot start. */
  discard(): void {
    this.#step('null');
    this.#settled();
  }

  /** Gives up a job whose work was ready to begin. */
  abandon(): void {
    this.#step('aborting');
    this.#step('concluded');
    this.discard();
  }

  /** For the work: rests while the job is paused. @throws JobCancelled */
  async checkpoint(): Promise<void> {
    if (this.#userPaused && !this.#cancelled) {
      const before = this.#state;
      this.#step(before === 'ready' ? 'standby' : 'paused');
      await this.nap();
      while (this.#userPaused) await this.nap();
      this.#step(before);
    }
    if (this.#cancelled) throw new JobCancelled();
  }

  /** For the work: milliseconds until the speed allows the next bytes. */
  get delay(): number {
    return this.#limit.delay();
  }

  /** For the work: counts bytes that are about to be moved against the speed. */
  charge(bytes: number): void {
    this.#limit.count(bytes);
  }

  /** For the work: sleeps until something about the job changes, at most `delay` milliseconds. */
  async nap(delay?: number): Promise<void> {
    this.#busy = false;
    await this.#sleeper.sleep(delay);
    this.#busy = true;
  }

  /** For the work: the result is there and only waits for block-job-complete. */
  becomeReady(): void {
    this.#step('ready');
    this.#tell('BLOCK_JOB_READY', progressData(this));
  }

  /** For the work: applies the user's policy to an error; after `stop` the next checkpoint rests until the user resumes. */
  handleError(error: unknown, operation: 'read' | 'write', policy: OnError): ErrorAction {
    if (!(error instanceof IoError)) return 'report';
    const action = actionFor(policy, error.code);
    this.#tell('BLOCK_JOB_ERROR', { device: this.id, operation, action });
    if (action === 'stop') {
      this.#userPaused = true;
      if (this.ioStatus === 'ok') this.ioStatus = error.code === 'ENOSPC' ? 'nospace' : 'failed';
    }
    return action;
  }

  async #runToEnd(work: JobWork): Promise<void> {
    let failure: unknown;
    try {
      await Promise.resolve();
      await this.checkpoint();
      await work.run();
      await this.checkpoint();
      this.#busy = false;
      await this.#wait();
    } catch (error) {
      failure = error;
    }
    this.#busy = false;
    await this.#around.turns.take(() => this.#takeEffect(work, failure));
  }

  /** Until the jobs of its group have come as far, and the user has it go on. */
  async #wait(): Promise<void> {
    this.#step('waiting');
    await this.#group?.arrive(this);
    this.#step('pending');
    if (!this.autoFinalize) {
      this.#tell('BLOCK_JOB_PENDING', { type: this.type, id: this.id });
      const decision = await new Promise((resolve) => (this.#decide = resolve));
      this.#decide = undefined;
      if (decision === 'abort') throw new JobCancelled();
    }
  }

  /** With the result of the work, unless that has failed or was cancelled. */
  async #takeEffect(work: JobWork, failure: unknown): Promise<void> {
    let late: unknown;
    if (failure === undefined) await Promise.resolve(work.prepare?.()).catch((error: unknown) => (late = error));
    await this.#conclude(failure ?? late, work);
  }

  async #conclude(failure: unknown, work: JobWork): Promise<void> {
    if (failure !== undefined) this.#step('aborting');
    if (failure !== undefined) this.#group?.fail(this);
    const steps = [() => (failure === undefined ? work.commit?.() : work.abort?.()), () => work.clean()];
    let error = failure;
    for (const step of steps) {
      try {
        await step();
      } catch (late) {
        error ??= late;
      }
    }
    if (error !== undefined) this.#error = error instanceof IoError ? strerror(error.code) : (error as Error).message;
    if (failure instanceof JobCancelled) this.#tell('BLOCK_JOB_CANCELLED', progressData(this));
    else this.#tell('BLOCK_JOB_COMPLETED', { ...progressData(this), ...(this.#error !== undefined && { error: this.#error }) });
    this.#step('concluded');
    if (this.autoDismiss) this.#step('null');
    this.#settled();
  }

  #tell(name: string, data: Readonly<Record<string, unknown>>): void {
    if (this.isBlockJob) this.#around.emit(name, data);
  }

  #step(to: JobState): void {
    if (!canStep(this.#state, to)) throw new Error(`job '${this.id}': no way from ${this.#state} to ${to}`);
    this.#state = to;
    if (to === 'null') this.#around.forget(this);
    this.#around.emit('JOB_STATUS_CHANGE', { status: to, id: this.id });
  }
}
