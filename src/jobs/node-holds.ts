import type { BlockGraph } from '../block/graph.ts';
import type { BlockNode } from '../block/node.ts';
import type { Claim } from '../block/permissions.ts';
import type { BlockJob } from './block-job.ts';

/** The nodes that a job holds: kept open, claimed, and blocked for other operations until it lets go. */
export class NodeHolds {
  readonly #job: BlockJob;
  readonly #graph: Pick<BlockGraph, 'release'>;
  readonly #undo: (() => void | Promise<void>)[] = [];

  constructor(job: BlockJob, graph: Pick<BlockGraph, 'release'>) {
    this.#job = job;
    this.#graph = graph;
  }

  /** Takes a reference, states a claim, the job's own unless it says whose, and blocks the node. @throws QapiError when it conflicts */
  hold(node: BlockNode, claim: Omit<Claim, 'user'> & Partial<Claim>): void {
    node.attach(this.#job, { user: `block job '${this.#job.id}'`, ...claim });
    this.#undo.push(() => {
      node.detach(this.#job);
      return this.#graph.release(node);
    });
    this.block(node);
  }

  /** Forbids other operations on a node that something else keeps open. */
  block(node: BlockNode): void {
    this.#undo.push(node.block(`block device is in use by block job: ${this.#job.type}`));
  }

  /** Takes over the caller's own reference. */
  own(node: BlockNode): void {
    this.#undo.push(() => this.#graph.release(node));
  }

  /** Lets go of everything, the last hold first. */
  async release(): Promise<void> {
    for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop()) await undo();
  }
}
