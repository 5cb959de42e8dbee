import { changeClaims, tryClaims } from './claim-change.ts';
import { accessToChild, checkClaims, combine, isSameClaim, PERMISSIONS } from './permissions.ts';
import { refreshClaims } from './refresh-claims.ts';
import type { ClaimChange } from './claim-change.ts';
import type { BlockNode } from './node.ts';
import type { Access, Claim } from './permissions.ts';

/** What the parents of one node claim of it, and what follows for its children and for its host file. */
export class NodeClaims {
  readonly held = new Map<object, Claim>();
  #isSheltered = false;
  readonly #node: BlockNode;

  constructor(node: BlockNode) {
    this.#node = node;
  }

  /** @throws QapiError when the claim conflicts here or further down; nothing has changed then */
  set(parent: object, claim: Claim): void {
    changeClaims((change) => {
      this.put(parent, claim, change);
      refreshClaims([this.#node], change);
    });
  }

  /** @throws QapiError when one more user with this claim would conflict; nothing changes */
  check(claim: Claim): void {
    tryClaims((change) => {
      this.put({}, claim, change);
      refreshClaims([this.#node], change);
    });
  }

  /** States a claim, or takes it back, as a part of a change that looks later whether all fits together. */
  put(parent: object, claim: Claim | undefined, change: ClaimChange): void {
    const former = this.held.get(parent);
    this.#place(parent, claim);
    change.add({ abort: () => this.#place(parent, former) });
  }

  delete(parent: object): void {
    if (this.held.delete(parent)) this.refresh();
  }

  /** Another parent steps into the place of one. */
  handOver(from: object, to: object): void {
    const claim = this.held.get(from);
    if (claim === undefined) throw new Error(`nobody to take over from on node '${this.#node.name}'`);
    this.held.delete(from);
    this.held.set(to, claim);
  }

  /** Hands the sum of the claims down. @throws QapiError when a child or the host file does not allow it */
  refresh(): void {
    changeClaims((change) => refreshClaims([this.#node], change));
  }

  /** Checks what is claimed here, and states what follows from it; the children for which it is news. @throws QapiError */
  handDown(change: ClaimChange): BlockNode[] {
    checkClaims(this.#node, [...this.held.values()].reverse());
    const { lock } = this.#node.image;
    if (lock !== undefined) {
      change.add(lock);
      lock.prepare(combine(this.held.values()));
    }
    const changed: BlockNode[] = [];
    for (const [slot, child] of this.#node.children) {
      const claim = this.forChild(slot, child);
      const held = child.claims.get(this.#node);
      if (held !== undefined && isSameClaim(held, claim)) continue;
      child.putClaim(this.#node, claim, change);
      changed.push(child);
    }
    return changed;
  }

  /** What this node claims of a child. */
  forChild(slot: string, child: BlockNode): Claim {
    return claimOnChild(this.#node, { slot, child, parents: this.#total });
  }

  /** While sheltered, the users forbid nothing below: who changes images there sees to it that they do not notice. */
  set isSheltered(isSheltered: boolean) {
    this.#isSheltered = isSheltered;
    this.refresh();
  }

  get #total(): Access {
    const total = combine(this.held.values());
    return this.#isSheltered ? { ...total, shares: PERMISSIONS } : total;
  }

  #place(parent: object, claim: Claim | undefined): void {
    if (claim === undefined) this.held.delete(parent);
    else this.held.set(parent, claim);
  }
}

/** What a node claims of a child whose slot, and whose users' wishes, are known; the node may still be about to be opened. */
export function claimOnChild(
  node: Pick<BlockNode, 'name' | 'readOnly' | 'driver' | 'given'>, use: { slot: string; child: BlockNode; parents: Access },
): Claim {
  const { name, readOnly, driver, given } = node;
  const access = accessToChild({
    slot: use.slot, readOnly, parents: use.parents,
    passesThrough: driver.passesThrough === true, isPart: driver.isPart?.(given) === true,
  });
  const { needs = [], unshares = [] } = driver.access?.(given) ?? {};
  const own = {
    needs: PERMISSIONS.filter((permission) => access.needs.includes(permission) || needs.includes(permission)),
    shares: access.shares.filter((permission) => !unshares.includes(permission)),
  };
  return { ...own, ...(use.child.options.forceShare === true && { shares: PERMISSIONS }), user: `node '${name}'`, role: use.slot };
}
