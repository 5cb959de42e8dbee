import { stat } from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import type { BlockIo, Extent } from '../block/driver.ts';
import { protocolOf, storedBacking } from '../block/filename.ts';
import { BlockGraph } from '../block/graph.ts';
import type { BlockNode } from '../block/node.ts';
import type { Engine } from './engine.ts';

/** What `map` is to look into: an image, and the node that shows it where the engine has it open. */
export interface MappedImage {
  readonly filename: string;
  readonly format: string;
  readonly node?: string | undefined;
  /** Bytes; an image of another size is another image. */
  readonly size?: number | undefined;
}

export interface ImageFilesOptions {
  /** What it has open is looked at there, where it is newer than what has reached the file. */
  readonly engine?: Engine;
}

/** Runs between two moments in which others may go on. */
const RUNS_AT_ONCE = 256;

/**
 * Looks into images without changing or locking them: opened for reading only, whoever else has them open.
 * @throws QapiError, IoError, or Error that says why nothing can be known
 */
export function createImageFiles({ engine }: ImageFilesOptions = {}) {
  return {
    look: async (filename: string, format?: string) => {
      const path = pathOf(filename, engine !== undefined);
      const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
        throw new Error(`${filename}: ${error.message}`, { cause: error });
      });
      if (found === undefined) return undefined;
      const image = found.isFile() ? await withImage(filename, format, async (node) => factsOf(node)).catch(() => undefined) : undefined;
      return { bytes: found.size, image };
    },
    map: ({ filename, format, node, size }: MappedImage): AsyncIterable<Extent> => {
      const open = node === undefined ? undefined : engine?.graph.find(node);
      return open === undefined ? mapFile({ filename, format, size }, engine !== undefined) : runsOf(open.io);
    },
  };
}

/** The file of a name on this host. @throws Error when there is none that this process could find */
function pathOf(filename: string, isRelativeKnown: boolean): string {
  const protocol = protocolOf(filename);
  if (protocol !== undefined && protocol !== 'file') throw new Error(`${filename} is no file`);
  const path = protocol === undefined ? filename : filename.slice('file:'.length);
  if (!isRelativeKnown && !path.startsWith('/')) throw new Error(`${filename} is relative to a folder that the far end does not tell`);
  return path;
}

async function* mapFile({ filename, format, size }: MappedImage, isRelativeKnown: boolean): AsyncGenerator<Extent> {
  if (protocolOf(filename) !== 'json') pathOf(filename, isRelativeKnown);
  const graph = new BlockGraph();
  try {
    const node = await openFor(graph, filename, format);
    if (size !== undefined && node.io.length !== size) throw new Error(`${filename} on this host is not the image that the far end has open`);
    yield* runsOf(node.io);
  } finally {
    await graph.closeAll();
  }
}

async function withImage<T>(filename: string, format: string | undefined, work: (node: BlockNode) => Promise<T>): Promise<T> {
  const graph = new BlockGraph();
  try {
    return await work(await openFor(graph, filename, format));
  } finally {
    await graph.closeAll();
  }
}

/** Neither asks for locks nor minds those of others. */
function openFor(graph: BlockGraph, filename: string, format: string | undefined): Promise<BlockNode> {
  return graph.openFile(filename, { format, readOnly: true, backing: null, options: { 'force-share': true, 'file.locking': 'off' } });
}

function factsOf(node: BlockNode) {
  const { backingFilename, backingFormat, clusterSize } = node.image.facts();
  return {
    format: node.driver.name, size: node.io.length, clusterSize, backing: backingFilename, backingPath: storedBacking(node), backingFormat,
  };
}

async function* runsOf(io: BlockIo): AsyncGenerator<Extent> {
  for (let offset = 0, runs = 1; offset < io.length; runs++) {
    const extent = await io.map(offset, io.length - offset);
    yield extent;
    offset += extent.length;
    if (runs % RUNS_AT_ONCE === 0) await breathe();
  }
}
