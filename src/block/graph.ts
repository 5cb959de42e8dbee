import { QapiError } from '../qapi/qapi-error.ts';
import type { BlockBackend } from './backend.ts';
import type { BlockNode, NodeOptions } from './node.ts';

/** How a plain file is to be opened. */
export interface OpenFileRequest {
  /** Absent: probed. */
  readonly format?: string;
  readonly readOnly?: boolean;
  readonly autoReadOnly?: boolean;
  readonly nodeName?: string;
  /** The node to use as backing image, by name; null for none. Absent: what the image says. */
  readonly backing?: string | null;
  readonly discard?: NodeOptions['discard'];
  readonly detectZeroes?: NodeOptions['detectZeroes'];
  readonly cache?: Partial<NodeOptions['cache']>;
}

export interface CreateImageRequest {
  readonly filename: string;
  readonly format: string;
  /** Bytes. */
  readonly size: number;
  readonly backing?: { readonly filename: string; readonly format?: string };
  /** Options of the format's `create`. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** All nodes and backends; opens, finds and closes them. */
export class BlockGraph {
  readonly backends = new Map<string, BlockBackend>();
  readonly #nodes = new Map<string, BlockNode>();

  /** Opens a tree of BlockdevOptions, nested or with dotted keys; a string refers to an existing node and takes a reference to it. */
  async open(_options: Readonly<Record<string, unknown>> | string, _defaults: { readOnly?: boolean } = {}): Promise<BlockNode> {
    throw new QapiError('not built');
  }

  /** Opens a file and its backing chain; the format is probed unless given. The caller holds one reference. */
  async openFile(_filename: string, _request: OpenFileRequest = {}): Promise<BlockNode> {
    throw new QapiError('not built');
  }

  find(name: string): BlockNode | undefined {
    return this.#nodes.get(name);
  }

  /** Oldest first. */
  nodes(): BlockNode[] {
    return [...this.#nodes.values()];
  }

  /** The backend with this name or with a guest device of this id. */
  findBackend(name: string): BlockBackend | undefined {
    return this.backends.get(name) ?? [...this.backends.values()].find((backend) => backend.guest?.id === name);
  }

  /** The node that a device or node name means. @throws QapiError when there is none, or no medium */
  findRoot(deviceOrNode: string): BlockNode {
    const backend = this.backends.get(deviceOrNode);
    if (backend !== undefined) {
      if (backend.root === undefined) throw new QapiError(`Device '${deviceOrNode}' has no medium`);
      return backend.root;
    }
    const node = this.find(deviceOrNode);
    if (node === undefined) throw new QapiError(`Cannot find device='${deviceOrNode}' nor node-name='${deviceOrNode}'`);
    return node;
  }

  /** Drops one reference; a node that nobody holds is flushed and closed, and so are its children. */
  async release(_node: BlockNode): Promise<void> {
    throw new QapiError('not built');
  }

  /** Creates the file (an existing one is emptied) and writes an empty image of the format into it. */
  async createImage(_request: CreateImageRequest): Promise<void> {
    throw new QapiError('not built');
  }

  /** Flushes and closes everything. */
  async closeAll(): Promise<void> {
    for (const node of this.nodes()) await this.release(node);
  }
}
