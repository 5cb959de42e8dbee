import { closeToWriters } from '../block/close-to-writers.ts';
import type { BlockGraph } from '../block/graph.ts';
import type { BlockNode } from '../block/node.ts';
import type { Claim } from '../block/permissions.ts';
import type { BlockJob } from './block-job.ts';

/** The nodes that a job holds: kept open, claimed, and blocked for other operations until it lets go. */
export class NodeHolds {
  readonly #job: BlockJob;
  readonly #graph: Pick<BlockGraph, 'release'>;
  readonly #undo: (() => void | Promise<void>)[] = [];
  /** Opened for writing only while the job lasts. */
  readonly #borrowed = new Set<BlockNode>();

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

  /** Opens for writing what is only read below others, until the job lets go. @throws QapiError */
  async makeWritable(node: BlockNode): Promise<void> {
    if (!node.readOnly) return;
    await node.setReadOnly(false);
    this.#borrowed.add(node);
    node.references++;
    this.#undo.push(async () => {
      const isClosing = node.references === 1;
      if (this.#borrowed.delete(node) && !isClosing) await closeToWriters(node);
      await this.#graph.release(node);
    });
  }

  /** Leaves a node open for writing: the guest goes on with it. */
  keepWritable(node: BlockNode): void {
    this.#borrowed.delete(node);
  }

  /** Lets the job change images below a node whose users do not see the change. */
  shelter(node: BlockNode): void {
    this.#undo.push(node.shelter());
  }

  /** Adds a step to the letting go. */
  defer(undo: () => void | Promise<void>): void {
    this.#undo.push(undo);
  }

  /** Keeps a node over its backing image. */
  freeze(node: BlockNode): void {
    this.#undo.push(node.freeze('backing'));
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
