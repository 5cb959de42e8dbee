import type { DriveBackup } from '../../../qapi/types/block-job-arguments.ts';
import { checkFree, findRoot } from '../block-state.ts';
import { checkBitmap, measureBackup } from '../backup-plan.ts';
import { withJob } from '../job-start.ts';
import { backingFor, partOf } from '../mirror-plan.ts';
import type { RehearsedCommand } from '../plan.ts';
import { planTarget } from '../target-image.ts';

export default {
  name: 'drive-backup',
  plan: async (args: DriveBackup, context) => {
    const { state } = context;
    const source = findRoot(state, args.device);
    checkFree(state, source, { mayBeBelow: true });
    const after = withJob(state, args, { node: source, type: 'backup' });
    checkBitmap(args, source);
    const backing = backingFor(state, partOf(state, args.sync, source), source);
    const target = await planTarget({ filename: args.target, format: args.format, mode: args.mode, source, backing }, context);
    const amount = await measureBackup(args, context, { source, target: target.node });
    return {
      after, touches: [source.name], copies: [{ from: source.filename, to: args.target, amount }], images: target.created,
      notes: [...target.notes, ...(args.sync === 'none' ? ['only what the guest is about to overwrite is copied, until the job is cancelled'] : [])],
    };
  },
} satisfies RehearsedCommand<DriveBackup>;
