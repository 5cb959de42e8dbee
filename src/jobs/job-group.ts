import type { BlockJob } from './block-job.ts';
import { accepts } from './job-states.ts';
import { JobCancelled } from './job-work.ts';

interface Arrival {
  readonly enter: () => void;
  readonly refuse: (reason: Error) => void;
}

/** Jobs that take effect all together or not at all: `completion-mode` grouped of a transaction. */
export class JobGroup {
  /** Newest first, the order in which they conclude. */
  readonly #members: BlockJob[] = [];
  readonly #arrived = new Map<BlockJob, Arrival>();
  #hasFailed = false;

  add(job: BlockJob): void {
    this.#members.unshift(job);
  }

  /** Resolves when every job of the group has done its work. @throws JobCancelled when one of them fails or is cancelled */
  async arrive(job: BlockJob): Promise<void> {
    if (this.#hasFailed) throw new JobCancelled();
    const mayEnter = new Promise<void>((resolve, reject) => this.#arrived.set(job, { enter: resolve, refuse: reject }));
    if (this.#arrived.size === this.#members.length) for (const member of this.#members) this.#arrived.get(member)!.enter();
    return mayEnter;
  }

  /** Takes all the others down with a job that has failed or is to be cancelled. */
  fail(failed: BlockJob): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    for (const [, { refuse }] of this.#arrived) refuse(new JobCancelled());
    for (const member of this.#members) if (member !== failed && accepts(member.state, 'cancel')) member.cancel({ force: true });
  }
}
