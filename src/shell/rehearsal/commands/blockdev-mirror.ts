import { QapiError } from '../../../qapi/qapi-error.ts';
import type { BlockdevMirror } from '../../../qapi/types/block-job-arguments.ts';
import { checkFree, findRoot, findTop } from '../block-state.ts';
import { withJob } from '../job-start.ts';
import { checkMirrorNumbers, checkSizes, measurePart, mirrorUnit, partOf, switchedOver, withRestZeroed } from '../mirror-plan.ts';
import type { RehearsedCommand } from '../plan.ts';

export default {
  name: 'blockdev-mirror',
  plan: async (args: BlockdevMirror, context) => {
    const { state } = context;
    const source = findTop(state, args.device);
    const target = findRoot(state, args.target);
    checkMirrorNumbers(args);
    checkFree(state, source);
    const replaced = args.replaces === undefined ? source : state.nodes.get(args.replaces);
    if (replaced === undefined) throw new QapiError(`Failed to find node with node-name='${args.replaces}'`);
    checkFree(state, target);
    if (source === target) throw new QapiError("Can't mirror node into itself");
    if (args.sync === 'incremental' || args.sync === 'bitmap') throw new QapiError(`Sync mode '${args.sync}' not supported`);
    withJob(state, args, { node: source, type: 'mirror' });
    checkSizes(source, target);
    const part = partOf(state, args.sync, source);
    const measured = await measurePart(context, source, { part, unit: args.granularity || mirrorUnit(target) });
    const amount = part === 'full' ? withRestZeroed(measured, source) : measured;
    return {
      after: switchedOver(state, { from: replaced, source, target }), touches: [source.name, target.name],
      copies: [{ from: source.filename, to: target.filename, amount }],
      notes: [`the job becomes ready and waits: block-job-complete goes on with ${target.filename}, block-job-cancel stays as before`],
    };
  },
} satisfies RehearsedCommand<BlockdevMirror>;
