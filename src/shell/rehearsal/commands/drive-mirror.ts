import { QapiError } from '../../../qapi/qapi-error.ts';
import type { DriveMirror } from '../../../qapi/types/block-job-arguments.ts';
import { chainOf, checkFree, findTop } from '../block-state.ts';
import type { BlockState, ImageNode } from '../block-state.ts';
import { withJob } from '../job-start.ts';
import { backingFor, checkMirrorNumbers, checkSizes, measurePart, mirrorUnit, partOf, switchedOver, withRestZeroed } from '../mirror-plan.ts';
import { checkNewName } from '../new-node.ts';
import type { RehearsedCommand } from '../plan.ts';
import { planTarget } from '../target-image.ts';

export default {
  name: 'drive-mirror',
  plan: async (args: DriveMirror, context) => {
    const { state } = context;
    const source = findTop(state, args.device);
    checkFree(state, source);
    if (args.replaces !== undefined && args['node-name'] === undefined) {
      throw new QapiError('a node-name must be provided when replacing a named node of the graph');
    }
    checkMirrorNumbers(args);
    if (args.sync === 'incremental' || args.sync === 'bitmap') throw new QapiError(`Sync mode '${args.sync}' not supported`);
    const replaced = args.replaces === undefined ? source : findReplaced(state, args.replaces);
    withJob(state, args, { node: source, type: 'mirror' });
    if (args['node-name'] !== undefined) checkNewName(state, args['node-name']);
    const part = partOf(state, args.sync, source);
    const backing = backingFor(state, part, source);
    const planned = await planTarget({
      filename: args.target, format: args.format, mode: args.mode, nodeName: args['node-name'], source, backing,
    }, context);
    if (planned.node.size !== 0) checkSizes(source, planned.node);
    const target: ImageNode = { ...planned.node, below: args.mode === 'existing' ? planned.node.below : backing?.name };
    const measured = await measurePart(context, source, { part, unit: args.granularity || mirrorUnit(target) });
    const amount = part === 'full' && args.mode === 'existing' ? withRestZeroed(measured, source) : measured;
    return {
      after: switchedOver(planned.state, { from: replaced, source, target }),
      touches: [source.name, ...chainOf(state, target.name).map(({ name }) => name), target.name],
      copies: [{ from: source.filename, to: target.filename, amount }], images: planned.created,
      notes: [...planned.notes, `the job becomes ready and waits: block-job-complete goes on with ${target.filename}, block-job-cancel stays as before`],
    };
  },
} satisfies RehearsedCommand<DriveMirror>;

function findReplaced(state: BlockState, name: string): ImageNode {
  const node = state.nodes.get(name);
  if (node === undefined) throw new QapiError(`Failed to find node with node-name='${name}'`);
  return node;
}
