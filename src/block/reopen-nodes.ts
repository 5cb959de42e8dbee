import { isDeepStrictEqual } from 'node:util';
import { QapiError } from '../qapi/qapi-error.ts';
import { changeClaims, tryClaims } from './claim-change.ts';
import { checkReopen } from './check-reopen.ts';
import { strerror } from './errnos.ts';
import { IoError } from './io-error.ts';
import { refreshClaims } from './refresh-claims.ts';
import { reopenQueue } from './reopen-queue.ts';
import type { ClaimChange } from './claim-change.ts';
import type { OpenImage } from './driver.ts';
import type { BlockNode } from './node.ts';
import type { NodeState, NodeTarget } from './node-state.ts';
import type { ReopenRequest } from './reopen-queue.ts';

type Targets = ReadonlyMap<BlockNode, Pick<NodeTarget, 'readOnly' | 'links'>>;

/** How a node was before it is reopened. */
interface Former {
  readonly node: BlockNode;
  readonly state: NodeState;
}

/**
 * Gives nodes other options and other children while they are in use: all of them, or none when one is refused.
 * Requests wait only while their own node goes on with what is new.
 * @throws QapiError in QEMU's words; everything is as it was then
 */
export async function reopenNodes(
  requests: readonly ReopenRequest[], findNode: (name: string) => BlockNode, release: (node: BlockNode) => Promise<void>,
): Promise<void> {
  const targets = checkReopen(reopenQueue(requests), findNode);
  tryClaims((change) => retarget(targets, change));
  const before = formerLinks(targets);
  const done: Former[] = [];
  for (const child of linked(targets)) child.references++;
  try {
    await flush(targets);
    changeClaims((change) => retarget(targets, change));
    await attempt(() => goOn(targets, done), () => changeClaims((change) => retarget(before, change)));
  } catch (error) {
    await goBack([...targets.keys()], done);
    for (const child of linked(targets)) await release(child);
    throw error;
  }
  await finish(done, linked(before), release);
}

/** The children that nodes are to have. */
function linked(targets: Targets): BlockNode[] {
  return [...targets.values()].flatMap(({ links }) => [...links.values()].filter((child) => child !== undefined));
}

/** Other children, and whether nodes can be written: what claims depend on. */
function retarget(targets: Targets, change: ClaimChange): void {
  const dropped = linked(formerLinks(targets));
  for (const [node, target] of targets) node.retarget(target, change);
  refreshClaims([...targets.keys(), ...dropped], change);
}

function formerLinks(targets: Targets): Targets {
  return new Map([...targets].map(([node, { links }]) => (
    [node, { readOnly: node.readOnly, links: new Map([...links.keys()].map((slot) => [slot, node.children.get(slot)])) }])));
}

/** Nodes that will not be written any more are not written from here on. */
async function flush(targets: Targets): Promise<void> {
  for (const [node, { readOnly }] of targets) {
    if (node.readOnly) continue;
    try {
      await node.drained(() => flushed(node, readOnly));
    } catch (error) {
      throw error instanceof IoError ? new QapiError(`Error flushing drive: ${strerror(error.code)}`, { cause: error }) : error;
    }
  }
}

/** Children before their parents, which may read them when they are opened again. */
async function goOn(targets: ReadonlyMap<BlockNode, NodeTarget>, done: Former[]): Promise<void> {
  for (const [node, target] of [...targets].reverse()) {
    await node.drained(async () => {
      const { state } = node;
      const image = needsImage(node, target) ? await openAgain(node, target) : undefined;
      if (image === undefined && !target.readOnly) await state.image.bitmapStore?.markInUse();
      done.push({ node, state });
      node.goOn({ ...target, image: image ?? state.image, isImageReadOnly: image === undefined ? state.isImageReadOnly : target.readOnly });
    });
  }
}

/** Options that only the node itself or its users look at need no other opening of the image. */
function needsImage({ driver, state }: BlockNode, { options, given, readOnly, links }: NodeTarget): boolean {
  const keepsNothing = driver.role === 'filter' || driver.passesThrough === true;
  if (!keepsNothing && !readOnly && state.isImageReadOnly) return true;
  if (!keepsNothing && driver.role === 'format' && options.discard !== state.options.discard) return true;
  return !isDeepStrictEqual(given, state.given) || [...links.keys()].some((slot) => slot !== 'backing');
}

async function openAgain(node: BlockNode, target: NodeTarget): Promise<OpenImage> {
  const { image: former, isImageReadOnly } = node.state;
  if (!isImageReadOnly) await settle(former);
  const image = await node.openAgain(target).catch((error: unknown) => {
    if (!(error instanceof IoError)) throw error;
    throw new QapiError(`Could not open '${node.filename}': ${strerror(error.code)}`, { cause: error });
  });
  if (target.readOnly || image.lockFailure === undefined) return image;
  await image.close();
  throw new QapiError(`Could not lock '${node.filename}': ${image.lockFailure}`);
}

async function flushed(node: BlockNode, readOnly: boolean): Promise<void> {
  await (readOnly ? settle(node.image) : node.image.flush());
  if (readOnly) node.io.setReadOnly(true);
}

/** Leaves the image as it is to be found by whoever opens it next. */
async function settle(image: OpenImage): Promise<void> {
  await image.flush();
  await image.bitmapStore?.store();
}

/** Runs `undo` as well when `work` fails. */
async function attempt(work: () => Promise<void>, undo: () => void): Promise<void> {
  try {
    await work();
  } catch (error) {
    undo();
    throw error;
  }
}

async function goBack(nodes: readonly BlockNode[], done: readonly Former[]): Promise<void> {
  for (const { node } of [...done].reverse()) await node.drained(() => flushed(node, node.readOnly));
  for (const { node, state } of done) await node.drained(() => goOnAsBefore(node, state));
  for (const node of [...nodes].reverse()) {
    node.io.setReadOnly(node.readOnly);
    if (!node.readOnly && !done.some((former) => former.node === node)) await node.image.bitmapStore?.markInUse();
  }
}

/** What the other opening may have written meanwhile, the former one does not know of: the image is opened once more. */
async function goOnAsBefore(node: BlockNode, state: NodeState): Promise<void> {
  const { image } = node;
  if (image === state.image) return node.goOn(state);
  await settle(image);
  const fresh = await node.openAgain({ ...state, readOnly: node.readOnly });
  node.goOn({ ...state, image: fresh, isImageReadOnly: node.readOnly });
  await image.close();
  await state.image.close();
}

/** Closes what nobody uses any more. @throws the first failure, when all is done */
async function finish(done: readonly Former[], dropped: readonly BlockNode[], release: (node: BlockNode) => Promise<void>): Promise<void> {
  const closing = done.filter(({ node, state }) => node.image !== state.image).map(({ state }) => state.image.close());
  const outcomes = await Promise.allSettled(closing);
  for (const child of dropped) outcomes.push(...await Promise.allSettled([release(child)]));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}
