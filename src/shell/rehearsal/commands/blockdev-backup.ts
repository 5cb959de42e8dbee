import { QapiError } from '../../../qapi/qapi-error.ts';
import type { BlockdevBackup } from '../../../qapi/types/block-job-arguments.ts';
import { checkFree, findRoot } from '../block-state.ts';
import { checkBitmap, measureBackup } from '../backup-plan.ts';
import { withJob } from '../job-start.ts';
import type { RehearsedCommand } from '../plan.ts';

export default {
  name: 'blockdev-backup',
  plan: async (args: BlockdevBackup, context) => {
    const { state } = context;
    const source = findRoot(state, args.device);
    const target = findRoot(state, args.target);
    checkBitmap(args, source);
    if (source === target) throw new QapiError('Source and target cannot be the same');
    for (const node of [source, target]) checkFree(state, node, { mayBeBelow: true });
    const after = withJob(state, args, { node: source, type: 'backup' });
    const amount = await measureBackup(args, context, { source, target });
    return { after, touches: [source.name, target.name], copies: [{ from: source.filename, to: target.filename, amount }] };
  },
} satisfies RehearsedCommand<BlockdevBackup>;
