import { moveClaim } from '../block/append-node.ts';
import type { MovableParent } from '../block/append-node.ts';
import type { BlockBackend } from '../block/backend.ts';
import type { DirtyBitmap } from '../block/dirty-bitmap.ts';
import { IoError } from '../block/io-error.ts';
import { NodeGate } from '../block/node-gate.ts';
import type { BlockNode } from '../block/node.ts';
import { PERMISSIONS } from '../block/permissions.ts';
import { allocationDepth, baseAllocation, dirtyBitmapContext } from './meta-context.ts';
import type { MetaContext } from './meta-context.ts';

export interface ExportInit {
  readonly id: string;
  /** What clients ask for. */
  readonly name: string;
  readonly node: BlockNode;
  readonly description?: string | undefined;
  readonly isWritable: boolean;
  /** Every write is on stable storage when it is answered. */
  readonly isWriteThrough?: boolean;
  readonly bitmaps?: readonly DirtyBitmap[];
  readonly showsDepth?: boolean;
  /** The device whose medium it is: the export goes when the medium does. */
  readonly device?: BlockBackend | undefined;
}

/** Somebody who uses an export, and who can be sent away. */
export interface ExportUser {
  drop(): void;
}

/** A node as NBD clients see it: a user of the node like a guest's device. */
export class NbdExport implements MovableParent {
  readonly id: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly isWritable: boolean;
  readonly isWriteThrough: boolean;
  readonly device: BlockBackend | undefined;
  /** Bytes; fixed, since nobody may resize the node meanwhile. */
  readonly size: number;
  readonly contexts: readonly MetaContext[];
  readonly users = new Set<ExportUser>();
  readonly gate = new NodeGate();
  #node: BlockNode;
  #closing: Promise<void> | undefined;
  readonly #releaseBitmaps: readonly (() => void)[];

  /** Takes a reference to the node. @throws QapiError when the node's other users do not allow it; no reference is taken then */
  constructor({ node, bitmaps = [], ...init }: ExportInit) {
    this.id = init.id;
    this.name = init.name;
    this.description = init.description;
    this.isWritable = init.isWritable;
    this.isWriteThrough = init.isWriteThrough ?? false;
    this.device = init.device;
    this.#node = node;
    node.attach(this, {
      user: 'an unnamed block device', role: 'root',
      needs: this.isWritable ? ['consistent read', 'write'] : ['consistent read'],
      shares: PERMISSIONS.filter((permission) => permission !== 'resize'),
    });
    this.size = node.io.length;
    this.contexts = [baseAllocation, ...(init.showsDepth ? [allocationDepth] : []), ...bitmaps.map(dirtyBitmapContext)];
    this.#releaseBitmaps = bitmaps.map((bitmap) => bitmap.hold());
  }

  get node(): BlockNode {
    return this.#node;
  }

  get isClosing(): boolean {
    return this.#closing !== undefined;
  }

  /** No request of a client is under way. */
  get isIdle(): boolean {
    return this.gate.inFlight === 0;
  }

  /** Runs a request on the node; waits while that is exchanged for another. Rejects with IoError, ESHUTDOWN once it is being closed. */
  async perform<T>(request: (node: BlockNode) => Promise<T>): Promise<T> {
    while (this.gate.holdsWrites) await this.gate.opened();
    if (this.isClosing) throw new IoError('ESHUTDOWN', 'open');
    this.gate.enter();
    try {
      return await request(this.#node);
    } finally {
      this.gate.leave();
    }
  }

  /** Goes on with an overlay of the node, or with what lies below it. @throws QapiError when that is not allowed */
  replaceChild(from: BlockNode, to: BlockNode): void {
    moveClaim(this, from, to);
    this.#node = to;
  }

  /** Sends all clients away and lets go of the node once their requests are over; the reference passes to `release`. */
  close(release: (node: BlockNode) => Promise<void>): Promise<void> {
    this.#closing ??= this.#close(release);
    return this.#closing;
  }

  async #close(release: (node: BlockNode) => Promise<void>): Promise<void> {
    for (const user of [...this.users]) user.drop();
    await this.gate.drained(async () => {
      for (const letGo of this.#releaseBitmaps) letGo();
      this.#node.detach(this);
    });
    await release(this.#node);
  }
}
