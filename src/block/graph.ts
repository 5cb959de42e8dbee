import { QapiError } from '../qapi/qapi-error.ts';
import { systemClock } from '../util/clock.ts';
import { Turns } from '../util/turns.ts';
import { closeNode } from './close-node.ts';
import { createImage } from './create-image.ts';
import { NodeNames } from './node-names.ts';
import { nothingInherited, parseOpenOptions } from './open-options.ts';
import { keyedTree } from './keyed-options.ts';
import { openByName, openTree } from './open-tree.ts';
import { reopenNodes } from './reopen-nodes.ts';
import { ThrottleGroups } from './throttle-groups.ts';
import type { BlockBackend } from './backend.ts';
import type { CreateImageRequest } from './create-image.ts';
import type { CorruptionReport, DriverEvent } from './driver.ts';
import type { BlockNode } from './node.ts';
import type { NodeOptions } from './node-state.ts';
import type { Inherited, OptionTree } from './open-options.ts';
import type { OpenContext } from './open-tree.ts';
import type { TimerClock } from '../util/clock.ts';

export type { CreateImageRequest } from './create-image.ts';

/** How a plain file is to be opened. */
export interface OpenFileRequest {
  /** Absent: probed. */
  readonly format?: string;
  readonly readOnly?: boolean;
  readonly autoReadOnly?: boolean;
  readonly nodeName?: string;
  /** The backing image instead of the one that the image names: a node's name, options, or null for none. */
  readonly backing?: string | OptionTree | null;
  readonly discard?: NodeOptions['discard'];
  readonly detectZeroes?: NodeOptions['detectZeroes'];
  readonly cache?: Partial<NodeOptions['cache']>;
  /** Options of the format's driver. */
  readonly options?: OptionTree;
}

/** All nodes and backends; opens, finds and closes them. A refused request leaves it as it was. */
export class BlockGraph {
  readonly backends = new Map<string, BlockBackend>();
  /** What throttling and statistics go by. */
  readonly clock: TimerClock;
  readonly throttleGroups: ThrottleGroups;
  /** Who changes the graph in several steps, commands and jobs that end, takes one: nodes that it has found stay open. */
  readonly turns = new Turns();
  /** Hears of damage found in an image's metadata. */
  onCorruption: ((node: BlockNode, report: CorruptionReport) => void) | undefined;
  /** Hears of what a node's driver has to tell. */
  onDriverEvent: ((node: BlockNode, event: DriverEvent) => void) | undefined;
  /** Hears, in a sentence for people, of a file that cannot be locked. */
  onNote: ((text: string) => void) | undefined;
  readonly #nodes = new Map<string, BlockNode>();
  readonly #names = new NodeNames((name) => this.backends.has(name));
  readonly #context: OpenContext;

  constructor({ clock = systemClock }: { readonly clock?: TimerClock } = {}) {
    this.clock = clock;
    this.throttleGroups = new ThrottleGroups(clock);
    this.#context = {
      names: this.#names,
      throttleGroups: this.throttleGroups,
      findRoot: (name) => this.findRoot(name),
      count: () => this.#nodes.size,
      register: (node, before) => this.#register(node, before),
      release: (node) => this.release(node),
    };
  }

  /** Opens a tree of BlockdevOptions, nested or with dotted keys; a string refers to an open node. The caller holds one reference. */
  async open(options: OptionTree | string, defaults: { readOnly?: boolean } = {}): Promise<BlockNode> {
    if (typeof options === 'string') {
      const node = this.findRoot(options);
      node.references++;
      return node;
    }
    const inherited: Inherited = { ...nothingInherited, readOnly: defaults.readOnly ?? false };
    return openTree(this.#context, { options: parseOpenOptions(options), inherited });
  }

  /**
   * Gives open nodes other options and children, all of them or none: each is described as for open(), by its node name.
   * @throws QapiError in QEMU's words; nothing has changed then
   */
  async reopen(descriptions: readonly OptionTree[]): Promise<void> {
    const requests = descriptions.map((options) => ({ node: this.#nodeToReopen(options['node-name'] as string | undefined), options }));
    await reopenNodes(requests, (name) => this.lookUp(undefined, name), (node) => this.release(node));
  }

  #nodeToReopen(name: string | undefined): BlockNode {
    if (name === undefined) throw new QapiError('node-name not specified');
    const node = this.find(name);
    if (node === undefined) throw new QapiError(`Failed to find node with node-name='${name}'`);
    return node;
  }

  /** Opens a file and its backing chain; the format is probed unless given. The caller holds one reference. */
  async openFile(filename: string, request: OpenFileRequest = {}): Promise<BlockNode> {
    const options = {
      ...request.options,
      driver: request.format, backing: request.backing, discard: request.discard, 'node-name': request.nodeName,
      'detect-zeroes': request.detectZeroes, 'read-only': request.readOnly, 'auto-read-only': request.autoReadOnly,
      cache: request.cache === undefined ? undefined : { direct: request.cache.direct, 'no-flush': request.cache.noFlush },
    };
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    return openByName(this.#context, filename, { options: given, inherited: nothingInherited });
  }

  /** Opens a tree of options as a command line gives them: numbers and switches may be texts. The caller holds one reference. */
  async openKeyed(options: OptionTree): Promise<BlockNode> {
    return openTree(this.#context, { options: await keyedTree(options), inherited: nothingInherited });
  }

  /** @throws QapiError in QEMU's words when no new node can have this name */
  checkNewName(name: string): void {
    this.#names.check(name);
  }

  /** A name for a node that errors tell of and that is not in the graph: the filter of a job. */
  makeName(): string {
    const name = this.#names.take(undefined);
    this.#names.free(name);
    return name;
  }

  find(name: string): BlockNode | undefined {
    return this.#nodes.get(name);
  }

  /** Oldest first. */
  nodes(): BlockNode[] {
    return [...this.#nodes.values()];
  }

  /** The node that a device or node name means. @throws QapiError when there is none, or no medium */
  findRoot(deviceOrNode: string): BlockNode {
    return this.lookUp(deviceOrNode, deviceOrNode);
  }

  /** The medium of the device of this name, else the node of this name. @throws QapiError when there is none, or no medium */
  lookUp(device: string | undefined, nodeName: string | undefined): BlockNode {
    const backend = device === undefined ? undefined : this.backends.get(device);
    if (backend !== undefined && backend.root === undefined) throw new QapiError(`Device '${device}' has no medium`);
    const node = backend?.root ?? (nodeName === undefined ? undefined : this.find(nodeName));
    if (node === undefined) throw new QapiError(`Cannot find device='${device ?? ''}' nor node-name='${nodeName ?? ''}'`);
    return node;
  }

  /** Drops one reference; a node that nobody holds is flushed and closed, and so are its children. Rejects when closing failed. */
  async release(node: BlockNode): Promise<void> {
    if (--node.references > 0) return;
    this.#nodes.delete(node.name);
    this.#names.free(node.name);
    const failures: unknown[] = [];
    const settle = (work: Promise<void>): Promise<void> => work.catch((error: unknown) => void failures.push(error));
    await settle(closeNode(node));
    for (const child of node.abandon()) await settle(this.release(child));
    if (failures.length > 0) throw failures[0];
  }

  /** Creates the file (an existing one is emptied) and writes an empty image of the format into it. */
  async createImage(request: CreateImageRequest): Promise<void> {
    await createImage(request);
  }

  #register(node: BlockNode, before?: number): void {
    const younger = before === undefined || before === this.#nodes.size ? [] : this.nodes().slice(before);
    for (const { name } of younger) this.#nodes.delete(name);
    for (const one of [node, ...younger]) this.#nodes.set(one.name, one);
    node.listen({
      onCorruption: (report) => this.onCorruption?.(node, report), onEvent: (event) => this.onDriverEvent?.(node, event),
    });
    const { filename, lockFailure } = node.image;
    if (lockFailure === undefined) return;
    const way = node.options.readOnly ? 'read without a lock' : 'opened read-only (locking=off opens it for writing)';
    this.onNote?.(`'${filename}' cannot be locked against other programs and is ${way}: ${lockFailure}`);
  }

  /** Flushes and closes everything, whoever holds it. Rejects with the first failure after all is closed. */
  async closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const backend of this.backends.values()) backend.remove();
    this.backends.clear();
    for (const node of this.#usersFirst()) {
      if (!this.#nodes.has(node.name)) continue;
      node.references = 1;
      await this.release(node).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Every node before those that it uses. */
  #usersFirst(): BlockNode[] {
    const found = new Set<BlockNode>();
    const visit = (node: BlockNode): void => {
      if (found.has(node)) return;
      for (const child of node.children.values()) visit(child);
      found.add(node);
    };
    this.nodes().forEach(visit);
    return [...found].reverse();
  }
}
