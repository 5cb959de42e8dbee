import { canReplace } from '../block/can-replace.ts';
import { storedBacking } from '../block/filename.ts';
import type { BlockNode } from '../block/node.ts';
import { startMirror } from '../jobs/kinds/mirror.ts';
import type { MirrorRequest } from '../jobs/kinds/mirror.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import type { BlockdevMirror, DriveMirror } from '../qapi/types/block-job-arguments.ts';
import type { Engine } from './engine.ts';
import { findTopNode } from './find-top-node.ts';
import { checkJobStart, jobRoot } from './job-start.ts';

type MirrorArguments = Omit<BlockdevMirror, 'target'>;
type Sync = MirrorRequest['sync'];

/** Starts a mirror into a file of its own. @throws QapiError in QEMU's words; nothing has been created then */
export async function startDriveMirror(args: DriveMirror, engine: Engine): Promise<void> {
  const source = findTopNode(args.device, engine);
  const { id } = jobRoot(args, engine);
  source.checkNotBlocked('mirror-source');
  if (args.replaces !== undefined && args['node-name'] === undefined) {
    throw new QapiError('a node-name must be provided when replacing a named node of the graph');
  }
  const sync = syncOf(args, source);
  const replaces = checkArguments(args, source, engine);
  checkJobStart(args, id, engine);
  if (args['node-name'] !== undefined) engine.graph.checkNewName(args['node-name']);
  const target = await openTarget({ ...args, sync }, source, engine);
  try {
    const backingAtEnd = (): Promise<BlockNode | undefined> => backingOfTarget({ ...args, sync }, { source, target }, engine);
    await startMirror(engine.jobs, { ...requestOf(args, engine), id, source, target, sync, replaces, backingAtEnd, unmap: args.unmap, releaseTarget: true });
  } catch (error) {
    await engine.graph.release(target);
    throw error;
  }
}

/** Starts a mirror into a node that is there. @throws QapiError in QEMU's words */
export async function startBlockdevMirror(args: BlockdevMirror, engine: Engine): Promise<void> {
  const source = findTopNode(args.device, engine);
  const { id } = jobRoot(args, engine);
  const target = engine.graph.findRoot(args.target);
  const replaces = checkArguments(args, source, engine);
  target.checkNotBlocked('mirror-target');
  if (source === target) throw new QapiError("Can't mirror node into itself");
  await startMirror(engine.jobs, { ...requestOf(args, engine), id, source, target, sync: syncOf(args, source), replaces });
}

function requestOf(args: MirrorArguments, { graph }: Engine): Omit<MirrorRequest, 'id' | 'source' | 'target' | 'sync'> {
  const bufferSize = Number(args['buf-size'] ?? 0);
  return {
    graph, granularity: args.granularity || undefined, bufferSize: bufferSize === 0 ? undefined : bufferSize,
    copyMode: args['copy-mode'], onSourceError: args['on-source-error'], onTargetError: args['on-target-error'],
    speed: Number(args.speed ?? 0), autoFinalize: args['auto-finalize'], autoDismiss: args['auto-dismiss'],
  };
}

/** Nothing lies below a source without a backing image: its top is all of it. */
function syncOf({ sync }: Pick<MirrorArguments, 'sync'>, source: BlockNode): Sync {
  if (sync === 'incremental' || sync === 'bitmap') throw new QapiError(`Sync mode '${sync}' not supported`);
  return sync === 'top' && source.backing === undefined ? 'full' : sync;
}

/** Finds the node to replace, when the time has come, if it is another than the source. */
function checkArguments(args: MirrorArguments, source: BlockNode, engine: Engine): MirrorRequest['replaces'] {
  const { granularity = 0, 'buf-size': bufferSize = 0 } = args;
  if (granularity !== 0 && (granularity < 512 || granularity > 64 * 2 ** 20)) {
    throw new QapiError("Parameter 'granularity' expects a value in range [512B, 64MB]");
  }
  if ((granularity & (granularity - 1)) !== 0) throw new QapiError("Parameter 'granularity' expects a power of 2");
  source.checkNotBlocked('mirror-source');
  if (bufferSize < 0) throw new QapiError("Invalid parameter 'buf-size'");
  const { replaces } = args;
  if (replaces === undefined) return undefined;
  checkReplaced(replaces, source, engine);
  return () => engine.graph.find(replaces) ?? notFound(replaces);
}

function notFound(name: string): never {
  throw new QapiError(`Node name '${name}' not found`);
}

function checkReplaced(name: string, source: BlockNode, { graph }: Engine): void {
  const node = graph.find(name);
  if (node === undefined) throw new QapiError(`Failed to find node with node-name='${name}'`);
  node.checkNotBlocked('replace');
  if (!canReplace(source, node)) {
    throw new QapiError(`Cannot replace '${name}' by a node mirrored from '${source.name}', because it cannot be guaranteed that `
      + 'doing so would not lead to an abrupt change of visible data');
  }
  if (node.io.length !== source.io.length) throw new QapiError('cannot replace image with a mirror image of different size');
}

type Target = Omit<DriveMirror, 'sync'> & { readonly sync: Sync };

/** Creates the target image, unless it is to exist, and opens it without the images below it: they come when the guest goes on with it. */
async function openTarget({ target, format, mode, sync, 'node-name': nodeName }: Target, source: BlockNode, { graph }: Engine): Promise<BlockNode> {
  const wanted = format ?? (mode === 'existing' ? undefined : source.driver.name);
  const below = sync === 'top' ? source.backing : sync === 'none' ? source : undefined;
  if (mode !== 'existing') {
    await graph.createImage({
      filename: target, format: wanted!, size: source.io.length, backing: below && { filename: below.filename, format: below.driver.name },
    });
  }
  return graph.openFile(target, {
    format: wanted, nodeName, readOnly: false, backing: null, discard: source.options.discard, cache: source.options.cache,
  });
}

/** The image that will lie below the target, with a reference for the caller. */
async function backingOfTarget(
  { mode, sync }: Target, { source, target }: { source: BlockNode; target: BlockNode }, { graph }: Engine,
): Promise<BlockNode | undefined> {
  if (mode === 'existing') return openStoredBacking(target, graph);
  const below = sync === 'top' ? source.backing : sync === 'none' ? source : undefined;
  if (below !== undefined) below.references++;
  return below;
}

async function openStoredBacking(target: BlockNode, graph: Engine['graph']): Promise<BlockNode | undefined> {
  const stored = storedBacking(target);
  if (stored === undefined) return undefined;
  return graph.openFile(stored, { format: target.image.facts().backingFormat, readOnly: true, cache: target.options.cache });
}
