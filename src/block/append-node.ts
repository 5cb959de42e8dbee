import { QapiError } from '../qapi/qapi-error.ts';
import type { BlockNode } from './node.ts';
import type { NodeGate } from './node-gate.ts';

/** A parent that can go on with another node in place of one that it holds. */
export interface MovableParent {
  /** Where its own requests pass, if it makes any; closed while it moves. */
  readonly gate?: NodeGate;
  /** Takes its claim along. @throws QapiError when the other node does not allow it; nothing has changed then */
  replaceChild(from: BlockNode, to: BlockNode): void;
}

/**
 * Puts `overlay`, which has no backing image, above `below`: whoever used `below` uses `overlay` from now on.
 * No request is lost: those under way end first, new ones wait. @throws QapiError when it is refused; nothing has changed then
 */
export async function appendNode(overlay: BlockNode, below: BlockNode): Promise<void> {
  if (overlay === below || isBelow(overlay, below)) {
    throw new QapiError(`Making '${below.name}' a backing child of '${overlay.name}' would create a cycle`);
  }
  if ([...overlay.children.values()].includes(below)) throw new QapiError(`The node ${below.name} already has a parent`);
  const parents = movableParents(below);
  await quiesced(below, parents, async () => {
    await overlay.setBacking(below);
    try {
      moveAll(parents, below, overlay);
    } catch (error) {
      await overlay.setBacking(undefined);
      throw error;
    }
  });
}

/** Undoes appendNode: whoever uses `overlay` uses its backing image again. */
export async function removeOverlay(overlay: BlockNode, below: BlockNode): Promise<void> {
  const parents = movableParents(overlay);
  await quiesced(overlay, parents, async () => {
    below.references++;
    await overlay.setBacking(undefined);
    moveAll(parents, overlay, below);
    below.references--;
  });
}

/** Moves a claim and a reference from one node to another. @throws QapiError when the other refuses; nothing has changed then */
export function moveClaim(parent: object, from: BlockNode, to: BlockNode): void {
  const claim = from.claims.get(parent);
  if (claim === undefined) throw new Error(`node '${from.name}' is not held by this parent`);
  from.detach(parent);
  try {
    to.attach(parent, claim);
  } catch (error) {
    from.attach(parent, claim);
    from.references--;
    throw error;
  }
  from.references--;
}

function isBelow(node: BlockNode, top: BlockNode): boolean {
  return [...top.children.values()].some((child) => child === node || isBelow(node, child));
}

/** Everyone who uses the node, but for those who stay. @throws QapiError when one of them cannot go on with another node */
export function movableParents(node: BlockNode, staying: ReadonlySet<object> = new Set()): MovableParent[] {
  return [...node.parents].filter((parent) => !staying.has(parent)).map((parent) => {
    if (!isMovable(parent)) throw new QapiError(`Node '${node.name}' cannot be replaced below ${node.claims.get(parent)?.user}`);
    return parent;
  });
}

function isMovable(parent: object): parent is MovableParent {
  return 'replaceChild' in parent && typeof parent.replaceChild === 'function';
}

/** @throws QapiError when one of the parents is refused; nobody has moved then */
export function moveAll(parents: readonly MovableParent[], from: BlockNode, to: BlockNode): void {
  const moved: MovableParent[] = [];
  try {
    for (const parent of parents) {
      parent.replaceChild(from, to);
      moved.push(parent);
    }
  } catch (error) {
    for (const parent of moved.reverse()) parent.replaceChild(to, from);
    throw error;
  }
}

/** Where the parents' own requests pass. */
export function gatesOf(parents: readonly object[]): NodeGate[] {
  return parents.flatMap((parent) => (isMovable(parent) ? parent.gate ?? [] : []));
}

/** Runs `work` while neither the node nor its parents have a request under way. */
function quiesced(node: BlockNode, parents: readonly MovableParent[], work: () => Promise<void>): Promise<void> {
  return closed(gatesOf(parents), () => node.drained(work));
}

/** Runs `work` while no request passes any of the gates. */
export function closed(gates: readonly NodeGate[], work: () => Promise<void>): Promise<void> {
  return gates.reduceRight((inner, gate) => () => gate.drained(inner), work)();
}
