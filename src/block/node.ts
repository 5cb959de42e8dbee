import { moveClaim } from './append-node.ts';
import { checkAddChild, checkRemoveChild } from './change-children.ts';
import { chainBelow } from './filename.ts';
import { NodeIo } from './io.ts';
import { IoError } from './io-error.ts';
import { NodeFilename } from './node-filename.ts';
import { FORBIDDEN_BELOW, OpBlockers } from './op-blockers.ts';
import { NodeClaims } from './node-claims.ts';
import { reopenNodes } from './reopen-nodes.ts';
import type { BlockableOperation } from './op-blockers.ts';
import type { Claim } from './permissions.ts';
import type { BlockDriver, OpenImage } from './driver.ts';
import type { ChildRoutes } from './child-routes.ts';
import type { ClaimChange } from './claim-change.ts';
import type { ImageOpener } from './image-opener.ts';
import type { IoPolicy, WriteHook } from './io.ts';
import type { NodeInit, NodeOptions, NodeState, NodeTarget } from './node-state.ts';
import type { OptionTree } from './open-options.ts';

/** Undoes a subscription or a hold. */
export type Off = () => void;

/** Who hears of what happens in an image. */
export type ImageListeners = Pick<OpenImage, 'onCorruption' | 'onEvent'>;

export interface AutoBacking {
  readonly stored: string;
  readonly shown: string;
}

/** One node of the block graph: an open image behind its gate, with its children and its users. */
export class BlockNode {
  readonly name: string;
  readonly driver: BlockDriver;
  /** The only way to the image's bytes. */
  readonly io: NodeIo;
  /** It is about to become read-only: a change of claims that is still to be checked says so. */
  isClosing = false;
  /** References: one for each parent and one for each opener that has not released it. */
  references = 1;
  /** The node that was opened with this one as a part of it: what is changed there is changed here too. */
  inheritsFrom: BlockNode | undefined;
  #state: NodeState;
  #readOnly: boolean;
  readonly #children = new Map<string, BlockNode>();
  readonly #routes: ChildRoutes;
  readonly #claims: NodeClaims;
  readonly #blockers = new OpBlockers();
  readonly #frozen = new Set<{ readonly slot: string }>();
  readonly #opener: ImageOpener;
  readonly #release: (node: BlockNode) => Promise<void>;
  #autoBacking: AutoBacking | undefined;
  #naming: NodeFilename | undefined;
  #unblockBacking: Off | undefined;
  #listeners: ImageListeners = {};

  /** Takes a reference to each child. @throws QapiError when a child cannot be shared; no reference is kept then */
  constructor(init: NodeInit) {
    this.name = init.name;
    this.driver = init.driver;
    const { image, options, explicit, given, readOnly } = init;
    this.#state = { image, options, explicit, given, isImageReadOnly: readOnly };
    this.#readOnly = readOnly;
    this.#opener = init.opener;
    this.#release = init.release;
    this.#routes = init.routes;
    this.#claims = new NodeClaims(this);
    this.io = new NodeIo(image, this.#policy(init.children));
    this.#adopt(init.children, init.heldBy);
    for (const bitmap of init.image.bitmapStore?.found ?? []) this.io.bitmaps.add(bitmap);
    init.image.bitmapStore?.attach(this.io.bitmaps);
  }

  get image(): OpenImage {
    return this.#state.image;
  }

  get options(): NodeOptions {
    return this.#state.options;
  }

  get explicit(): OptionTree {
    return this.#state.explicit;
  }

  get given(): NodeState['given'] {
    return this.#state.given;
  }

  get state(): NodeState {
    return this.#state;
  }

  get readOnly(): boolean {
    return this.#readOnly;
  }

  get children(): ReadonlyMap<string, BlockNode> {
    return this.#children;
  }

  get file(): BlockNode | undefined {
    return this.#children.get('file');
  }

  get backing(): BlockNode | undefined {
    return this.#children.get('backing');
  }

  /** The node whose content a filter shows. */
  get filtered(): BlockNode | undefined {
    const { filters } = this.driver;
    return filters === undefined ? undefined : this.#children.get(filters);
  }

  /** Nodes, backends and jobs that hold it. */
  get parents(): ReadonlySet<object> {
    return new Set(this.#claims.held.keys());
  }

  /** What each parent needs and shares. */
  get claims(): ReadonlyMap<object, Claim> {
    return this.#claims.held;
  }

  get stats(): { readonly wrHighestOffset: number } {
    return this.io;
  }

  /** Why the image cannot be locked, and is open for reading only. */
  get lockFailure(): string | undefined {
    return this.image.lockFailure ?? this.file?.lockFailure;
  }

  /** The name as query-block shows it: a plain file name, or `json:{...}` when options beyond it matter. */
  get filename(): string {
    return this.naming.shown;
  }

  get naming(): NodeFilename {
    return (this.#naming ??= new NodeFilename(this));
  }

  /** The backing file as the image stores it, and how the node that was opened for it shows its name. */
  get autoBacking(): AutoBacking | undefined {
    return this.#autoBacking;
  }

  set autoBacking(backing: AutoBacking | undefined) {
    this.#autoBacking = backing;
    this.#forgetNaming();
  }

  /** Whether it was opened with that node, be it as a part of a part. */
  isPartOf(node: BlockNode): boolean {
    return this.inheritsFrom === node || this.inheritsFrom?.isPartOf(node) === true;
  }

  /** The images below this one, nearest first. */
  get backingChain(): BlockNode[] {
    return chainBelow(this);
  }

  /**
   * Becomes a parent's child: one more reference, until detach() and a release.
   * @throws QapiError when the claim conflicts with the claims of other parents
   */
  attach(parent: object, claim: Claim): void {
    if (this.#claims.held.has(parent)) throw new Error(`${claim.user} already holds node '${this.name}'`);
    this.#claims.set(parent, claim);
    this.references++;
  }

  /** Changes what a parent needs or shares. @throws QapiError as attach(); the former claim then stays */
  reclaim(parent: object, claim: Claim): void {
    this.#claims.set(parent, claim);
  }

  /** @throws QapiError when one more user with this claim would conflict, here or further down */
  checkClaim(claim: Claim): void {
    this.#claims.check(claim);
  }

  /** Changes, states or takes back a parent's claim as a part of a change, unchecked until claims are handed down. */
  putClaim(parent: object, claim: Claim | undefined, change: ClaimChange): void {
    this.#claims.put(parent, claim, change);
  }

  /** Checks the claims on this node and states those on its children; those for which they are news. @throws QapiError */
  handDownClaims(change: ClaimChange): BlockNode[] {
    return this.#claims.handDown(change);
  }

  /** Passes a parent's place, and its reference, on to another. */
  handOver(from: object, to: object): void {
    this.#claims.handOver(from, to);
  }

  /** Forgets the parent; its reference passes to the caller, who releases it. */
  detach(parent: object): void {
    this.#claims.delete(parent);
  }

  /** Puts another backing node (or none) under this one, at once; resolves when the former one is released. */
  async setBacking(node: BlockNode | undefined): Promise<void> {
    const former = this.backing;
    if (former === node) return;
    node?.attach(this, this.#claims.forChild('backing', node));
    this.#connectBacking(node);
    if (former === undefined) return;
    former.detach(this);
    await this.#release(former);
  }

  /** Rewrites what the image says of its backing file. Rejects with IoError, ENOTSUP where it cannot say anything. */
  async changeBackingFile(filename: string | undefined, format: string | undefined): Promise<void> {
    if (this.image.changeBackingFile === undefined) throw new IoError('ENOTSUP', 'metadata', { node: this.name });
    await this.image.changeBackingFile(filename, format);
    this.#forgetNaming();
  }

  /** Goes on with another node in place of a child. @throws QapiError when that one does not allow it */
  replaceChild(from: BlockNode, to: BlockNode): void {
    const slot = [...this.#children.keys()].find((name) => this.#children.get(name) === from);
    if (slot === undefined) throw new Error(`node '${from.name}' is no child of node '${this.name}'`);
    moveClaim(this, from, to);
    if (slot === 'backing') return this.#connectBacking(to);
    this.#children.set(slot, to);
    this.#routes.divert(from.io, to.io);
    this.#forgetNaming();
  }

  /** Becomes the parent of one more node. @throws QapiError when the driver, the node or its other users do not allow it */
  addChild(node: BlockNode): void {
    const changing = checkAddChild(this, node);
    const name = changing.nextName;
    node.attach(this, this.#claims.forChild(name, node));
    this.#children.set(name, node);
    this.#forgetNaming();
    changing.add(name, this.#routes.to(node.io));
  }

  /** Takes a child away once no request is in flight; resolves when it is released. @throws QapiError when it is needed */
  async removeChild(name: string): Promise<void> {
    const changing = checkRemoveChild(this);
    const child = await this.drained(async () => {
      changing.remove(name);
      const removed = this.#children.get(name) as BlockNode;
      this.#children.delete(name);
      this.#forgetNaming();
      removed.detach(this);
      return removed;
    });
    await this.#release(child);
  }

  /** Lets go of all children; the references to the children pass to the caller, who releases them. */
  abandon(): BlockNode[] {
    const children = [...this.#children.values()];
    this.#children.clear();
    this.#forgetNaming();
    this.#unblockBacking?.();
    for (const child of children) child.detach(this);
    return children;
  }

  /**
   * Forbids writing, here and in what was opened as a part of this node, or allows it again.
   * @throws QapiError when users of these nodes do not agree, or a driver cannot; nothing has changed then
   */
  async setReadOnly(readOnly: boolean): Promise<void> {
    if (readOnly === this.#readOnly) return;
    const noNode = (): never => { throw new Error('no child is named'); };
    await reopenNodes([{ node: this, options: { 'read-only': readOnly }, keepsOld: true }], noNode, this.#release);
  }

  /** Takes other children, and can be written or not, as a part of a change; requests go on as before until goOn(). */
  retarget({ readOnly, links }: Pick<NodeTarget, 'readOnly' | 'links'>, change: ClaimChange): void {
    const wasReadOnly = this.#readOnly;
    this.isClosing = readOnly && !wasReadOnly;
    this.#readOnly = readOnly;
    const settle = (isReadOnly: boolean): void => {
      this.#readOnly = isReadOnly;
      this.isClosing = false;
    };
    change.add({ commit: () => settle(readOnly), abort: () => settle(wasReadOnly) });
    for (const [slot, child] of links) this.#relink(slot, child, change);
  }

  /** Opens the image once more, with the children that the node has now. */
  openAgain({ options, given, readOnly }: Pick<NodeTarget, 'options' | 'given' | 'readOnly'>): Promise<OpenImage> {
    return this.#opener({ options, given, readOnly, children: this.#children, former: this.image });
  }

  /** Lets requests go to what the node is now; none may be in flight. What it was before is the caller's to close. */
  goOn(state: NodeState): void {
    const { image } = state;
    this.#state = state;
    this.io.setImage(image, this.#policy(this.#children));
    image.bitmapStore?.attach(this.io.bitmaps);
    for (const bitmap of this.io.bitmaps) bitmap.isReadOnly = this.#readOnly && bitmap.isPersistent;
    Object.assign(image, this.#listeners);
    this.#connectBacking(this.backing);
    this.#forgetNaming();
  }

  /** Keeps a child where it is until the returned function is called. */
  freeze(slot: string): Off {
    const hold = { slot };
    this.#frozen.add(hold);
    return () => void this.#frozen.delete(hold);
  }

  isFrozen(slot: string): boolean {
    return [...this.#frozen].some((hold) => hold.slot === slot);
  }

  /** Hears what the image has to tell, whichever opening of it the node goes on with. */
  listen(listeners: ImageListeners): void {
    this.#listeners = listeners;
    Object.assign(this.image, listeners);
  }

  /** Lets the images below change, since whoever changes them sees to it that the users of this node do not notice. */
  shelter(): Off {
    this.#claims.isSheltered = true;
    return () => (this.#claims.isSheltered = false);
  }

  /** Subscribes a hook that is awaited before guest bytes change (copy-before-write). */
  onBeforeWrite(hook: WriteHook): Off {
    return this.io.onBeforeWrite(hook);
  }

  /** Forbids operations (default: all) for a reason, as `block device is in use by block job: stream`. */
  block(reason: string, operations?: readonly BlockableOperation[]): Off {
    return this.#blockers.block(reason, operations);
  }

  /** @throws QapiError `Node 'x' is busy: ...` when the operation is forbidden */
  checkNotBlocked(operation: BlockableOperation): void {
    this.#blockers.check(this.deviceOrNodeName, operation);
  }

  isBlocked(operation: BlockableOperation): boolean {
    return this.#blockers.reasonAgainst(operation) !== undefined;
  }

  /** The name of the device on top, else the node's own: how QEMU names a node in errors. */
  get deviceOrNodeName(): string {
    for (const parent of this.#claims.held.keys()) {
      if ('deviceName' in parent && typeof parent.deviceName === 'string' && parent.deviceName !== '') return parent.deviceName;
    }
    return this.name;
  }

  /** Runs `work` while no request is in flight here; requests that come meanwhile wait until it ends. */
  async drained<T>(work: () => Promise<T>): Promise<T> {
    for (const parent of this.#claims.held.keys()) if (holdsBack(parent)) parent.startWaiting();
    const letNoMorePass = this.image.letPass?.();
    try {
      return await this.io.gate.drained(work);
    } finally {
      letNoMorePass?.();
    }
  }

  #policy(children: ReadonlyMap<string, BlockNode>): IoPolicy {
    const { driver, name, options } = this;
    return {
      name, readOnly: this.#readOnly, unmap: options.discard === 'unmap', detectZeroes: options.detectZeroes,
      growable: isGrowable(driver, children), noFlush: driver.role === 'protocol' && options.cache.noFlush,
    };
  }

  #connectBacking(node: BlockNode | undefined): void {
    this.#unblockBacking?.();
    this.#unblockBacking = node?.block(`node is used as backing hd of '${this.deviceOrNodeName}'`, FORBIDDEN_BELOW);
    this.#place('backing', node);
    this.image.setBacking?.(node?.io);
  }

  #relink(slot: string, child: BlockNode | undefined, change: ClaimChange): void {
    const former = this.#children.get(slot);
    const wasPart = former?.inheritsFrom === this;
    const partOf = child?.inheritsFrom;
    former?.putClaim(this, undefined, change);
    this.#place(slot, child);
    if (wasPart) former.inheritsFrom = undefined;
    if (child !== undefined && child.isPartOf(this)) child.inheritsFrom = this;
    change.add({
      abort: () => {
        this.#place(slot, former);
        if (child !== undefined) child.inheritsFrom = partOf;
        if (wasPart) former.inheritsFrom = this;
      },
    });
  }

  #place(slot: string, child: BlockNode | undefined): void {
    if (child === undefined) this.#children.delete(slot);
    else this.#children.set(slot, child);
    this.#forgetNaming();
  }

  /** Something has changed that the name tells of. Who has not worked his out has not been asked by those above either. */
  #forgetNaming(): void {
    if (this.#naming === undefined) return;
    this.#naming = undefined;
    for (const parent of this.#claims.held.keys()) if (parent instanceof BlockNode) parent.#forgetNaming();
  }

  #adopt(children: ReadonlyMap<string, BlockNode>, heldBy?: object): void {
    try {
      for (const [slot, child] of children) {
        if (heldBy === undefined) child.attach(this, this.#claims.forChild(slot, child));
        else child.handOver(heldBy, this);
        this.#children.set(slot, child);
      }
      this.#claims.refresh();
    } catch (error) {
      for (const child of this.abandon()) child.references--;
      throw error;
    }
  }
}

/** Filters are as what they filter. */
function isGrowable({ role, filters }: BlockDriver, children: ReadonlyMap<string, BlockNode>): boolean {
  return role === 'protocol' || (filters !== undefined && children.get(filters)?.io.isGrowable === true);
}

/** Whether a parent keeps requests waiting before they come here. */
function holdsBack(parent: object): parent is { startWaiting(): void } {
  return 'startWaiting' in parent;
}
