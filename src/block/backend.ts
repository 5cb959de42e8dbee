import { BlockAccounting } from './accounting.ts';
import { moveClaim } from './append-node.ts';
import { IoError } from './io-error.ts';
import { NodeGate } from './node-gate.ts';
import { PERMISSIONS, passiveClaim } from './permissions.ts';
import type { AccountedOperation, AccountingOptions } from './accounting.ts';
import type { Clock } from '../util/clock.ts';
import type { BlockNode } from './node.ts';
import type { Claim } from './permissions.ts';
import type { ThrottleMember } from './throttle-group.ts';

/** The guest's device behind a backend, as far as the block layer cares; implemented by machine/. */
export interface GuestDevice {
  /** The user's id (`-device ...,id=`); absent for anonymous devices. */
  readonly id?: string;
  /** QOM path, as `/machine/unattached/device[23]`. */
  readonly qomPath: string;
  readonly removable: boolean;
  /** The guest learns the medium's size once: it must not change. */
  readonly fixedSize?: boolean;
  /** It only reads, whatever the medium allows. */
  readonly readOnly?: boolean;
  /** It takes no medium that cannot be written. */
  readonly needsWrites?: boolean;
  /** Others may write to the medium too (`share-rw`). */
  readonly sharesWrites?: boolean;
  /** Absent: no tray. */
  readonly tray?: { open: boolean; locked: boolean };
  /** The medium came or went. */
  mediumChanged?(present: boolean): void;
}

export type ErrorAction = 'report' | 'ignore' | 'enospc' | 'stop' | 'auto';
export type IoStatus = 'ok' | 'failed' | 'nospace';

export interface BackendInit {
  /** Empty for a backend that only a device id names. */
  readonly name: string;
  readonly onReadError?: ErrorAction;
  readonly onWriteError?: ErrorAction;
  readonly readOnly?: boolean;
  readonly clock?: Clock;
  readonly statistics?: AccountingOptions;
}

/** A device's view of a tree: what the guest reads and writes, and the account of it. */
export class BlockBackend {
  readonly name: string;
  root: BlockNode | undefined;
  /** Where the guest's requests pass. */
  readonly gate = new NodeGate();
  readonly accounting: BlockAccounting;
  onReadError: ErrorAction;
  onWriteError: ErrorAction;
  ioStatus: IoStatus = 'ok';
  /** The device can only read, whatever the medium allows (a CD-ROM drive). */
  readonly readOnly: boolean;
  /** Its place in a throttle group; absent: requests pass at once. The graph's `throttleGroups` hand it out and take it back. */
  throttle: ThrottleMember | undefined;
  #guest: GuestDevice | undefined;

  constructor(init: BackendInit) {
    this.name = init.name;
    this.onReadError = init.onReadError ?? 'report';
    this.onWriteError = init.onWriteError ?? 'enospc';
    this.readOnly = init.readOnly ?? false;
    this.accounting = new BlockAccounting(init.clock, init.statistics);
  }

  get guest(): GuestDevice | undefined {
    return this.#guest;
  }

  /** Connects a device, which from now on needs its medium. @throws QapiError when the medium's other users do not allow it */
  set guest(device: GuestDevice | undefined) {
    const former = this.#guest;
    this.#guest = device;
    try {
      this.root?.reclaim(this, this.#claim(this.root));
    } catch (error) {
      this.#guest = former;
      throw error;
    }
  }

  /** The name that errors and events give to the device; empty for an anonymous backend. */
  get deviceName(): string {
    return this.name;
  }

  /** Bytes; 0 without a medium. */
  get length(): number {
    return this.root?.io.length ?? 0;
  }

  /** Puts a medium in: one more reference to the node. @throws QapiError when the node cannot be shared with its other users */
  insert(node: BlockNode): void {
    node.attach(this, this.#claim(node));
    this.root = node;
  }

  /** Takes the medium out; its reference passes to the caller, who releases it (`graph.release`). */
  remove(): BlockNode | undefined {
    const node = this.root;
    this.startWaiting();
    this.root = undefined;
    node?.detach(this);
    return node;
  }

  /** Starts the requests that the throttle holds back, so that the medium can be drained. */
  startWaiting(): void {
    this.throttle?.flush();
  }

  /** Goes on with another node: an overlay of the medium, or what lies below it. @throws QapiError when that is not allowed */
  replaceChild(from: BlockNode, to: BlockNode): void {
    moveClaim(this, from, to);
    this.root = to;
  }

  /** What the policy makes of a failed request; `stop` is kept in ioStatus until it is reset to 'ok'. */
  errorAction(operation: 'read' | 'write', code: string): 'report' | 'ignore' | 'stop' {
    const policy = operation === 'read' ? this.onReadError : this.onWriteError;
    const byDefault = operation === 'read' ? 'report' : 'enospc';
    const chosen = policy === 'auto' ? byDefault : policy;
    const action = chosen !== 'enospc' ? chosen : code === 'ENOSPC' ? 'stop' : 'report';
    if (action === 'stop' && this.ioStatus === 'ok') this.ioStatus = code === 'ENOSPC' ? 'nospace' : 'failed';
    return action;
  }

  async read(offset: number, into: Buffer): Promise<void> {
    await this.#account('read', offset, into.length, (root) => root.io.read(offset, into));
  }

  async write(offset: number, from: Buffer): Promise<void> {
    await this.#account('write', offset, from.length, (root) => root.io.write(offset, from));
  }

  async writeZeroes(offset: number, length: number, options?: { mayUnmap?: boolean }): Promise<void> {
    await this.#account('write', offset, length, (root) => root.io.writeZeroes(offset, length, options));
  }

  async discard(offset: number, length: number): Promise<void> {
    await this.#account('discard', offset, length, (root) => root.io.discard(offset, length));
  }

  async flush(): Promise<void> {
    await this.#account('flush', 0, 0, (root) => root.io.flush());
  }

  /** Reads or writes without counting it: a device counts its requests by itself, as its policies say. */
  transfer(operation: 'read' | 'write', offset: number, buffer: Buffer): Promise<void> {
    return this.#perform(operation, offset, buffer.length, (root) => root.io[operation](offset, buffer));
  }

  async #account(operation: AccountedOperation, offset: number, length: number, work: (root: BlockNode) => Promise<void>): Promise<void> {
    const start = this.accounting.start();
    try {
      await this.#perform(operation, offset, length, work);
    } catch (error) {
      this.accounting.failed(operation, start);
      throw error;
    }
    this.accounting.done(operation, length, start);
  }

  async #perform(operation: AccountedOperation, offset: number, length: number, work: (root: BlockNode) => Promise<void>): Promise<void> {
    const { root, throttle } = this;
    if (root === undefined) throw new IoError('ENOMEDIUM', operation);
    if (!(offset >= 0 && offset + length <= root.io.length)) throw new IoError('EIO', operation, { offset, node: root.name });
    if (throttle === undefined || (operation !== 'read' && operation !== 'write')) await this.#pass(operation, work);
    else await throttle.pass(operation, length, () => this.#pass(operation, work));
  }

  /** Waits while the medium is exchanged for another node, which the request then goes to. */
  async #pass(operation: AccountedOperation, work: (root: BlockNode) => Promise<void>): Promise<void> {
    while (this.gate.holdsWrites) await this.gate.opened();
    if (this.root === undefined) throw new IoError('ENOMEDIUM', operation);
    this.gate.enter();
    try {
      await work(this.root);
    } finally {
      this.gate.leave();
    }
  }

  #claim(node: BlockNode): Claim {
    const name = this.name || (this.#guest?.id ?? this.#guest?.qomPath);
    const user = name === undefined ? 'an unnamed block device' : `block device '${name}'`;
    if (this.#guest === undefined) return { ...passiveClaim(user, 'root'), needs: ['consistent read'] };
    const { fixedSize = false, readOnly = false, needsWrites = false, sharesWrites = false } = this.#guest;
    const writes = needsWrites || (!this.readOnly && !readOnly && !node.readOnly);
    return {
      user, role: 'root',
      needs: writes ? ['consistent read', 'write'] : ['consistent read'],
      shares: PERMISSIONS.filter((permission) => (permission !== 'write' || sharesWrites) && (permission !== 'resize' || !fixedSize)),
    };
  }
}
