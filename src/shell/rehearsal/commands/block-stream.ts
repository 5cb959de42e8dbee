import { QapiError } from '../../../qapi/qapi-error.ts';
import { belowOf, chainOf, checkFree, findBackingImage, findNode, findRoot, withNodes, withoutNodes } from '../block-state.ts';
import type { BlockState, ImageNode } from '../block-state.ts';
import { withJob } from '../job-start.ts';
import { measure } from '../measure.ts';
import type { RehearsedCommand } from '../plan.ts';

interface StreamArguments {
  readonly device: string;
  readonly base?: string;
  readonly 'base-node'?: string;
  readonly bottom?: string;
  readonly 'backing-file'?: string;
  readonly 'job-id'?: string;
  readonly speed?: number;
}

export default {
  name: 'block-stream',
  plan: async (args: StreamArguments, { state, images }) => {
    const node = findRoot(state, args.device);
    const base = findBase(state, node, args);
    const chain = chainOf(state, node.name);
    const streamed = chain.slice(1, base === undefined ? undefined : chain.indexOf(base));
    for (const layer of [node, ...streamed]) checkFree(state, layer, { mayBeBelow: true });
    if (base === undefined && args['backing-file'] !== undefined) throw new QapiError('backing file specified, but streaming the entire chain');
    withJob(state, args, { node, type: 'stream' });
    const storedBacking = base && (args['backing-file'] ?? base.filename);
    const after = withNodes(withoutNodes(state, streamed), { ...node, below: base?.name, storedBacking });
    const amount = await measure(images, { layers: streamed, except: node, length: node.size, unit: node.clusterSize ?? 65536 });
    return {
      after, touches: [node.name],
      copies: [{ from: streamed.map(({ filename }) => filename).join(', ') || 'nothing below', to: node.filename, amount }],
    };
  },
} satisfies RehearsedCommand<StreamArguments>;

/** The backing image to keep. @throws QapiError when it is not in the chain */
function findBase(state: BlockState, node: ImageNode, args: StreamArguments): ImageNode | undefined {
  const { device, base, bottom, 'base-node': baseNode } = args;
  const given = Object.entries({ base, bottom, 'base-node': baseNode }).filter(([, name]) => name !== undefined).map(([key]) => `'${key}'`);
  if (given.length > 1) throw new QapiError(`${given[0]} and ${given[1]} cannot be specified at the same time`);
  if (base !== undefined) {
    const found = findBackingImage(state, node, base);
    if (found === undefined) throw new QapiError(`Can't find '${base}' in the backing chain`);
    return found;
  }
  const chain = chainOf(state, node.name);
  if (bottom !== undefined) {
    const found = findNode(state, bottom);
    if (!chain.includes(found)) throw new QapiError(`Node '${bottom}' is not in a chain starting from '${device}'`);
    return belowOf(state, found);
  }
  if (baseNode === undefined) return undefined;
  const found = findNode(state, baseNode);
  if (!chain.slice(1).includes(found)) throw new QapiError(`Node '${baseNode}' is not a backing image of '${device}'`);
  return found;
}
