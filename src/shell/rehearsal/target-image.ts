import { dirname, resolve } from 'node:path';
import { QapiError } from '../../qapi/qapi-error.ts';
import { makeName, withNodes } from './block-state.ts';
import type { BlockState, ImageNode } from './block-state.ts';
import type { FoundFile, ImageFiles } from './image-files.ts';
import type { NewImage, PlanContext } from './plan.ts';

export interface TargetRequest {
  readonly filename: string;
  readonly format?: string | undefined;
  readonly mode?: string | undefined;
  /** The name that its node is to have. */
  readonly nodeName?: string | undefined;
  /** Whose copy or overlay it will be. */
  readonly source: ImageNode;
  /** The image that a new one lies over. */
  readonly backing?: ImageNode | undefined;
}

/** The image that a command opens as its target, as a node that nobody uses yet. */
export interface PlannedTarget {
  /** The state with the target's node, and with those of its backing images where it brings some. */
  readonly state: BlockState;
  readonly node: ImageNode;
  /** What is created; an image that is there already is none. */
  readonly created: readonly NewImage[];
  readonly notes: readonly string[];
}

/** Foresees the creation or the opening of a target image. @throws QapiError in QEMU's words */
export async function planTarget(request: TargetRequest, { state, images }: PlanContext): Promise<PlannedTarget> {
  const { filename } = request;
  if (!isPlain(filename)) return { ...newNode(request, state, undefined), created: [], notes: [`what is at ${filename} is not known`] };
  const { found, reason } = await look(images, filename, request.mode === 'existing' ? request.format : undefined);
  const notes = reason === undefined ? [] : [`whether ${filename} is there is not known: ${reason}`];
  if (request.mode === 'existing') return openExisting(request, { state, images }, { found, notes, isKnown: reason === undefined });
  const folder = await look(images, dirname(filename));
  const isMissing = reason === undefined && found === undefined && folder.reason === undefined && folder.found === undefined;
  if (isMissing) throw new QapiError(`Could not create '${filename}': No such file or directory`);
  if (request.backing !== undefined && formatOf(request) === 'raw') throw new QapiError("Backing file not supported for file format 'raw'");
  checkNotOpen(state, filename);
  const created = { ...newNode(request, state, undefined).node, isEmpty: true };
  const image: NewImage = {
    filename, format: created.driver, size: created.size, backing: request.backing?.filename, overwrites: found?.bytes,
  };
  return { state: withNodes(state, created), node: created, created: [image], notes };
}

async function openExisting(
  request: TargetRequest, { state, images }: PlanContext, { found, notes, isKnown }: { found: FoundFile | undefined; notes: string[]; isKnown: boolean },
): Promise<PlannedTarget> {
  const { filename } = request;
  if (isKnown && found === undefined) throw new QapiError(`Could not open '${filename}': No such file or directory`);
  checkNotOpen(state, filename);
  const opened = newNode(request, state, found?.image);
  const below = found?.image?.backingPath;
  if (below === undefined) return { ...opened, created: [], notes };
  const chain = await openBacking(below, found?.image?.backingFormat, { state: opened.state, images });
  const node = { ...opened.node, below: chain.name };
  return { state: withNodes(chain.state, node), node, created: [], notes };
}

/** The images that lie below one that is opened become nodes too. */
async function openBacking(filename: string, format: string | undefined, { state, images }: PlanContext): Promise<{ state: BlockState; name: string }> {
  const { image } = (await look(images, filename, format)).found ?? {};
  const name = makeName(state);
  const node: ImageNode = {
    name, driver: image?.format ?? format ?? 'raw', filename, readOnly: true, size: image?.size ?? 0,
    storedBacking: image?.backing, snapshots: [], bitmaps: [],
  };
  const withNode = withNodes(state, node);
  if (image?.backingPath === undefined) return { state: withNode, name };
  const lower = await openBacking(image.backingPath, image.backingFormat, { state: withNode, images });
  return { state: withNodes(lower.state, { ...node, below: lower.name }), name };
}

function newNode(request: TargetRequest, state: BlockState, image: FoundFile['image']): { state: BlockState; node: ImageNode } {
  const { source, backing, filename, nodeName } = request;
  const driver = request.format ?? image?.format ?? (request.mode === 'existing' ? 'raw' : source.driver);
  const node: ImageNode = {
    name: nodeName ?? makeName(state), driver, filename, readOnly: false, size: image?.size ?? source.size,
    clusterSize: image?.clusterSize ?? (driver === 'qcow2' ? 65536 : undefined),
    storedBacking: image === undefined ? backing?.filename : image.backing, snapshots: [], bitmaps: [],
  };
  return { state: withNodes(state, node), node };
}

const formatOf = ({ format, source }: TargetRequest): string => format ?? source.driver;

/** Whoever has an image open keeps others from writing to it. */
function checkNotOpen({ nodes }: BlockState, filename: string): void {
  const path = resolve(filename);
  const open = [...nodes.values()].find((node) => isPlain(node.filename) && resolve(node.filename) === path);
  if (open !== undefined) throw new QapiError('Failed to get "write" lock');
}

const isPlain = (filename: string): boolean => !/^[^/:]+:/.test(filename);

async function look(images: ImageFiles, filename: string, format?: string): Promise<{ found?: FoundFile | undefined; reason?: string }> {
  try {
    return { found: await images.look(filename, format) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { reason: error.message };
  }
}
