import { QapiError } from '../../qapi/qapi-error.ts';
import type { BlockdevBackup } from '../../qapi/types/block-job-arguments.ts';
import type { ImageNode } from './block-state.ts';
import { checkSizes, measurePart, partOf } from './mirror-plan.ts';
import type { Amount } from './measure.ts';
import type { PlanContext } from './plan.ts';

type BackupArguments = Pick<BlockdevBackup, 'sync' | 'bitmap' | 'compress'>;

/** Refuses what a backup finds wrong with its bitmap. @throws QapiError in QEMU's words */
export function checkBitmap({ sync, bitmap }: BackupArguments, source: ImageNode): void {
  if ((sync === 'incremental' || sync === 'bitmap') && bitmap === undefined) {
    throw new QapiError(`must provide a valid bitmap name for '${sync}' sync mode`);
  }
  if (bitmap !== undefined && !source.bitmaps.some(({ name }) => name === bitmap)) throw new QapiError(`Bitmap '${bitmap}' could not be found`);
}

/** Bytes that a backup copies: whole units of the larger of 64 KiB and the target's clusters, or what its bitmap says. */
export async function measureBackup(args: BackupArguments, context: PlanContext, { source, target }: { source: ImageNode; target: ImageNode }): Promise<Amount> {
  if (args.compress === true && target.driver === 'raw') throw new QapiError('Compression is not supported for this drive ');
  checkSizes(source, target);
  const bitmap = source.bitmaps.find(({ name }) => name === args.bitmap);
  if (bitmap !== undefined) return { known: true, data: bitmap.count, zeroes: 0 };
  return measurePart(context, source, { part: partOf(context.state, args.sync, source), unit: Math.max(65536, target.clusterSize ?? 0) });
}
