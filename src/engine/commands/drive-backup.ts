import type { BlockNode } from '../../block/node.ts';
import { startBackup } from '../../jobs/kinds/backup.ts';
import { QapiError } from '../../qapi/qapi-error.ts';
import { driveBackup } from '../../qapi/types/block-job-arguments.ts';
import type { DriveBackup } from '../../qapi/types/block-job-arguments.ts';
import { defineCommand } from '../define-command.ts';
import type { Engine } from '../engine.ts';
import { checkJobStart, jobRoot } from '../job-start.ts';

export default defineCommand({
  name: 'drive-backup',
  doc: 'copy the device as it is now into a new image, while the guest goes on',
  since: '1.6',
  data: driveBackup,
  run: async (args, engine) => {
    const { node: source, id } = jobRoot(args, engine);
    source.checkNotBlocked('backup-source');
    checkJobStart(args, id, engine);
    const sync = syncOf(args, source);
    const target = await openTarget({ ...args, sync }, source, engine);
    try {
      // The space at the end is QEMU's.
      if (args.compress && !target.driver.compresses) throw new QapiError('Compression is not supported for this drive ');
      await startBackup(engine.jobs, {
        id, source, target, sync, graph: engine.graph, compress: args.compress, releaseTarget: true,
        onSourceError: args['on-source-error'], onTargetError: args['on-target-error'],
        speed: Number(args.speed ?? 0), autoFinalize: args['auto-finalize'], autoDismiss: args['auto-dismiss'],
      });
    } catch (error) {
      await engine.graph.release(target);
      throw error;
    }
  },
});

type Sync = 'full' | 'top' | 'none';

/** Nothing lies below a source without a backing image: its top is all of it. */
function syncOf({ sync, bitmap }: DriveBackup, source: BlockNode): Sync {
  if (sync === 'incremental' || sync === 'bitmap') {
    if (bitmap === undefined) throw new QapiError(`must provide a valid bitmap name for '${sync}' sync mode`);
  }
  if (bitmap !== undefined) throw new QapiError(`Bitmap '${bitmap}' could not be found`);
  return sync === 'top' && source.backing === undefined ? 'full' : sync as Sync;
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
