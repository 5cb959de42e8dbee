import type { BlockNode } from '../block/node.ts';
import type { JobGroup } from '../jobs/job-group.ts';
import type { PreparedJob } from '../jobs/job-kind.ts';
import { prepareBackup } from '../jobs/kinds/backup.ts';
import type { BackupRequest, SyncBitmap } from '../jobs/kinds/backup.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import type { BlockdevBackup, DriveBackup } from '../qapi/types/block-job-arguments.ts';
import type { Engine } from './engine.ts';
import { checkJobStart, jobRoot } from './job-start.ts';

/** Makes ready a copy into a file of its own. @throws QapiError in QEMU's words */
export async function prepareDriveBackup(args: DriveBackup, engine: Engine, group?: JobGroup): Promise<PreparedJob> {
  const { node: source, id } = jobRoot(args, engine);
  source.checkNotBlocked('backup-source');
  checkJobStart(args, id, engine);
  const selection = selectionOf(args, source);
  const target = await openTarget({ ...args, sync: selection.sync }, source, engine);
  try {
    // The space at the end is QEMU's.
    if (args.compress && !target.driver.compresses) throw new QapiError('Compression is not supported for this drive ');
    return await prepareBackup(engine.jobs, { ...requestOf(args, engine), id, source, target, ...selection, group, releaseTarget: true });
  } catch (error) {
    await engine.graph.release(target);
    throw error;
  }
}

/** Makes ready a copy into a node that is there. @throws QapiError in QEMU's words */
export async function prepareBlockdevBackup(args: BlockdevBackup, engine: Engine, group?: JobGroup): Promise<PreparedJob> {
  const { node: source, id } = jobRoot(args, engine);
  const target = engine.graph.findRoot(args.target);
  return prepareBackup(engine.jobs, { ...requestOf(args, engine), id, source, target, ...selectionOf(args, source), group });
}

function requestOf(args: Omit<BlockdevBackup, 'target'>, { graph }: Engine): Omit<BackupRequest, 'id' | 'source' | 'target' | keyof Selection> {
  return {
    graph, compress: args.compress, onSourceError: args['on-source-error'], onTargetError: args['on-target-error'],
    speed: Number(args.speed ?? 0), autoFinalize: args['auto-finalize'], autoDismiss: args['auto-dismiss'],
  };
}

type Sync = BackupRequest['sync'];
type Selection = Pick<BackupRequest, 'sync' | 'syncBitmap'>;

/** Nothing lies below a source without a backing image: its top is all of it. */
function selectionOf({ sync, bitmap, 'bitmap-mode': mode }: Pick<DriveBackup, 'sync' | 'bitmap' | 'bitmap-mode'>, source: BlockNode): Selection {
  if ((sync === 'incremental' || sync === 'bitmap') && bitmap === undefined) {
    throw new QapiError(`must provide a valid bitmap name for '${sync}' sync mode`);
  }
  if (sync === 'incremental' && mode !== undefined && mode !== 'on-success') {
    throw new QapiError("Bitmap sync mode must be 'on-success' when using sync mode 'incremental'");
  }
  const wanted = sync === 'incremental' ? 'bitmap' : sync === 'top' && source.backing === undefined ? 'full' : sync;
  const syncBitmap = bitmap === undefined ? undefined : findSyncBitmap(source, { name: bitmap, sync, mode });
  if (bitmap === undefined && mode !== undefined) throw new QapiError('Cannot specify bitmap sync mode without a bitmap');
  return { sync: wanted, syncBitmap };
}

function findSyncBitmap(source: BlockNode, wanted: { name: string; sync: DriveBackup['sync']; mode: DriveBackup['bitmap-mode'] }): SyncBitmap {
  const { name, sync } = wanted;
  const bitmap = source.io.bitmaps.find(name);
  if (bitmap === undefined) throw new QapiError(`Bitmap '${name}' could not be found`);
  const mode = sync === 'incremental' ? 'on-success' : wanted.mode;
  if (mode === undefined) throw new QapiError('Bitmap sync mode must be given when providing a bitmap');
  bitmap.checkFor('use');
  if (sync === 'none') throw new QapiError(`sync mode '${sync}' does not produce meaningful bitmap outputs`);
  if (mode === 'never' && sync !== 'incremental' && sync !== 'bitmap') {
    throw new QapiError(`Bitmap sync mode '${mode}' has no meaningful effect when combined with sync mode '${sync}'`);
  }
  return { bitmap, mode };
}

type Target = Omit<DriveBackup, 'sync'> & { readonly sync: Sync };

/** Creates the target image, unless it is to exist, and opens it; a copy of the top alone lies over the source's backing image. */
async function openTarget({ target, format, mode, sync }: Target, source: BlockNode, { graph }: Engine): Promise<BlockNode> {
  const wanted = format ?? (mode === 'existing' ? undefined : source.driver.name);
  const below = sync === 'top' ? source.backing : sync === 'none' ? source : undefined;
  if (mode !== 'existing') {
    await graph.createImage({
      filename: target, format: wanted!, size: source.io.length,
      backing: below && { filename: below.filename, format: below.driver.name },
    });
  }
  return graph.openFile(target, {
    format: wanted, readOnly: false, discard: 'unmap', detectZeroes: 'unmap', backing: sync === 'none' ? source.name : undefined,
    cache: source.options.cache,
  });
}
