import { QapiError } from '../../qapi/qapi-error.ts';
import { belowOf, chainOf, isFilter, withNodes, withoutNodes, withUsersMoved } from './block-state.ts';
import type { BlockState, ImageNode } from './block-state.ts';
import { measure } from './measure.ts';
import type { Amount } from './measure.ts';
import type { PlanContext } from './plan.ts';

/** Bytes that a mirror notes and copies together, unless it is told: as the target allocates, within limits. */
export function mirrorUnit({ clusterSize = 65536 }: ImageNode): number {
  return Math.min(65536, Math.max(4096, clusterSize));
}

/** What part of a source is copied. */
export type CopiedPart = 'full' | 'top' | 'none';

/** Nothing lies below a source without a backing image: its top is all of it. */
export function partOf(state: BlockState, sync: string, source: ImageNode): CopiedPart {
  return sync === 'top' && belowOf(state, source) === undefined ? 'full' : sync as CopiedPart;
}

/** The image that a new copy of that part lies over. */
export function backingFor(state: BlockState, part: CopiedPart, source: ImageNode): ImageNode | undefined {
  return part === 'top' ? belowOf(state, source) : part === 'none' ? source : undefined;
}

/** Counts what that part of a source holds. */
export function measurePart({ state, images }: PlanContext, source: ImageNode, { part, unit }: { part: CopiedPart; unit: number }): Promise<Amount> {
  const chain = chainOf(state, source.name);
  const layers = part === 'full' ? chain : part === 'top' ? chain.slice(0, chain.findIndex((node) => !isFilter(node)) + 1) : [];
  return measure(images, { layers, length: source.size, unit });
}

/** The amount where what is no data has to be zeroed, since the target may hold something there. */
export function withRestZeroed(amount: Amount, { size }: ImageNode): Amount {
  return amount.known ? { ...amount, zeroes: size - amount.data } : amount;
}

/** What a mirror will say when it looks at its target. @throws QapiError in QEMU's words */
export function checkSizes(source: ImageNode, target: ImageNode): void {
  if (source.size !== target.size) throw new QapiError('Source and target image have different sizes');
}

interface MirrorArguments {
  readonly granularity?: number;
  readonly 'buf-size'?: number | bigint;
}

/** @throws QapiError in QEMU's words */
export function checkMirrorNumbers({ granularity = 0, 'buf-size': bufferSize = 0 }: MirrorArguments): void {
  if (granularity !== 0 && (granularity < 512 || granularity > 64 * 2 ** 20)) {
    throw new QapiError("Parameter 'granularity' expects a value in range [512B, 64MB]");
  }
  if ((granularity & (granularity - 1)) !== 0) throw new QapiError("Parameter 'granularity' expects a power of 2");
  if (bufferSize < 0) throw new QapiError("Invalid parameter 'buf-size'");
}

/** The state in which those who used `from` go on with `target`; what nobody uses then is gone. */
export function switchedOver(state: BlockState, { from, source, target }: { from: ImageNode; source: ImageNode; target: ImageNode }): BlockState {
  const moved = withUsersMoved(withNodes(state, target), from.name, target.name);
  const kept = new Set(moved.devices.flatMap(({ root }) => (root === undefined ? [] : chainOf(moved, root))).concat(chainOf(moved, target.name)));
  return withoutNodes(moved, chainOf(moved, source.name).filter((node) => !kept.has(node)));
}
