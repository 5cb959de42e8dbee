import { QapiError } from '../../../qapi/qapi-error.ts';
import { chainOf, checkFree, findBackingImage, findNode, findTop, overlaysOf, withNodes, withoutNodes, withUsersMoved } from '../block-state.ts';
import type { BlockState, ImageNode } from '../block-state.ts';
import { withJob } from '../job-start.ts';
import { measure } from '../measure.ts';
import { mirrorUnit } from '../mirror-plan.ts';
import type { PlanContext, PlanStep, RehearsedCommand } from '../plan.ts';

interface CommitArguments {
  readonly device: string;
  readonly top?: string;
  readonly 'top-node'?: string;
  readonly base?: string;
  readonly 'base-node'?: string;
  readonly 'backing-file'?: string;
  readonly 'job-id'?: string;
  readonly speed?: number;
}

export default {
  name: 'block-commit',
  plan: async (args: CommitArguments, context) => {
    const { state } = context;
    const active = findActive(state, args.device);
    const top = findTopOfRange(state, active, args);
    const base = findBase(state, top, args);
    const chain = chainOf(state, top.name);
    if (top === base) throw new QapiError('cannot commit an image into itself');
    const committed = chain.slice(0, chain.indexOf(base));
    for (const node of [...committed, base]) checkFree(state, node, { mayBeBelow: true });
    if (top === active && args['backing-file'] !== undefined) throw new QapiError("'backing-file' specified, but 'top' is the active layer");
    withJob(state, { ...args, ...(top === active && { 'job-id': args['job-id'] ?? args.device }) }, { node: active, type: 'commit' });
    return planRange({ active, top, base, committed, backingFile: args['backing-file'] }, context);
  },
} satisfies RehearsedCommand<CommitArguments>;

interface Range {
  readonly active: ImageNode;
  readonly top: ImageNode;
  readonly base: ImageNode;
  /** From top down to, but not including, the base. */
  readonly committed: readonly ImageNode[];
  readonly backingFile: string | undefined;
}

async function planRange({ active, top, base, committed, backingFile }: Range, { state, images }: PlanContext): Promise<PlanStep> {
  const isActive = top === active;
  const grows = top.size - base.size;
  const unit = isActive ? mirrorUnit(base) : Math.max(65536, base.clusterSize ?? 0);
  const amount = await measure(images, { layers: committed, length: top.size, unit });
  const renamed = overlaysOf(state, top).map((overlay) => ({ ...overlay, storedBacking: backingFile ?? base.filename }));
  const grown = { ...base, size: Math.max(base.size, top.size), readOnly: isActive ? active.readOnly : base.readOnly };
  const after = withoutNodes(withUsersMoved(withNodes(state, ...renamed, grown), top.name, base.name), committed);
  return {
    after, touches: [active.name, base.name],
    copies: [{ from: committed.map(({ filename }) => filename).join(', '), to: base.filename, amount }],
    notes: [
      ...(grows > 0 ? [`${base.filename} grows by ${grows} bytes`] : []),
      ...(isActive ? [`the job becomes ready and waits: block-job-complete goes on with ${base.filename}, block-job-cancel stays as before`] : []),
    ],
  };
}

function findActive(state: BlockState, device: string): ImageNode {
  const isKnown = state.nodes.has(device) || state.devices.some(({ name, root }) => name === device && root !== undefined);
  if (!isKnown) throw new QapiError(`Device '${device}' not found`, { class: 'DeviceNotFound' });
  return findTop(state, device);
}

function findTopOfRange(state: BlockState, active: ImageNode, { top, 'top-node': topNode }: CommitArguments): ImageNode {
  if (topNode !== undefined && top !== undefined) throw new QapiError("'top-node' and 'top' are mutually exclusive");
  if (topNode !== undefined) return inChain(state, active, topNode);
  if (top === undefined || top === active.filename) return active;
  const found = findBackingImage(state, active, top);
  if (found === undefined) throw new QapiError(`Top image file ${top} not found`);
  return found;
}

function findBase(state: BlockState, top: ImageNode, { base, 'base-node': baseNode }: CommitArguments): ImageNode {
  if (baseNode !== undefined && base !== undefined) throw new QapiError("'base-node' and 'base' are mutually exclusive");
  if (baseNode !== undefined) return inChain(state, top, baseNode);
  if (base === undefined) return chainOf(state, top.name).at(-1) ?? top;
  const found = findBackingImage(state, top, base);
  if (found === undefined) throw new QapiError(`Can't find '${base}' in the backing chain`);
  return found;
}

function inChain(state: BlockState, top: ImageNode, name: string): ImageNode {
  const node = findNode(state, name);
  if (!chainOf(state, top.name).includes(node)) throw new QapiError(`'${name}' is not in this backing file chain`);
  return node;
}
