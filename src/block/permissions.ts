import { QapiError } from '../qapi/qapi-error.ts';

/** What a user of a node wants to do with it, in the order QEMU names them. */
export const PERMISSIONS = ['consistent read', 'write', 'write unchanged', 'resize'] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** What is needed of a node, and what others may do meanwhile. */
export interface Access {
  readonly needs: readonly Permission[];
  readonly shares: readonly Permission[];
}

/** The access that one parent claims. */
export interface Claim extends Access {
  /** Who, as in QEMU's texts: `block device 'ide0-hd0'`, `node 'overlay'`, `block job 'backup0'`. */
  readonly user: string;
  /** How: 'root', 'file', 'backing', 'main node' ... */
  readonly role: string;
}

const CHANGES: readonly Permission[] = ['write', 'write unchanged'];
const EVERYTHING: Access = { needs: [], shares: PERMISSIONS };

/** A reference that does nothing and forbids nothing. */
export const passiveClaim = (user: string, role: string): Claim => ({ ...EVERYTHING, user, role });

/** @throws QapiError when `wanted` cannot live beside the claims already held on the node, or changes a read-only one */
export function checkClaims(node: { readonly name: string; readonly readOnly: boolean }, held: Iterable<Claim>, wanted: Claim): void {
  if (node.readOnly && wanted.needs.some((permission) => CHANGES.includes(permission))) throw new QapiError('Block node is read-only');
  for (const claim of held) {
    refuse(node.name, claim, wanted);
    refuse(node.name, wanted, claim);
  }
}

/** @throws QapiError when a node is to be for reading only and one of the claims on it is to change it */
export function checkWritable(readOnly: boolean, held: Iterable<Claim>): void {
  if (readOnly && combine(held).needs.some((permission) => CHANGES.includes(permission))) throw new QapiError('Block node is read-only');
}

/** The first permission that one side needs and the other does not share. */
export function unshared(needing: Access, sharing: Access): Permission[] {
  return PERMISSIONS.filter((permission) => needing.needs.includes(permission) && !sharing.shares.includes(permission));
}

/** Whether two claims say the same. */
export function isSameClaim(one: Claim, other: Claim): boolean {
  return one.user === other.user && one.role === other.role && isSameSet(one.needs, other.needs) && isSameSet(one.shares, other.shares);
}

/** Permissions are listed in one order, each once. */
function isSameSet(one: readonly Permission[], other: readonly Permission[]): boolean {
  return one.length === other.length && one.every((permission, place) => permission === other[place]);
}

/** All claims together: what any of them needs, what all of them share. */
export function combine(claims: Iterable<Access>): Access {
  let total = EVERYTHING;
  for (const claim of claims) {
    total = {
      needs: PERMISSIONS.filter((permission) => total.needs.includes(permission) || claim.needs.includes(permission)),
      shares: total.shares.filter((permission) => claim.shares.includes(permission)),
    };
  }
  return total;
}

/** How a node uses a child, given how its own parents use it. */
export interface ChildUse {
  readonly slot: string;
  readonly readOnly: boolean;
  /** The driver keeps no metadata in this child: what the parents need is handed on as it is. */
  readonly passesThrough: boolean;
  /** Only a part of the child is the node: it must not move, whoever uses the rest. */
  readonly isPart: boolean;
  readonly parents: Access;
}

/** What a node needs of a child: backing images are read, a format's file also holds its metadata. */
export function accessToChild(use: ChildUse): Access {
  const { parents } = use;
  if (use.slot === 'backing') {
    return {
      needs: parents.needs.filter((permission) => permission === 'consistent read'),
      shares: parents.shares.includes('write') ? PERMISSIONS : ['consistent read', 'write unchanged'],
    };
  }
  if (use.passesThrough) {
    return use.isPart ? { ...parents, shares: parents.shares.filter((permission) => permission !== 'resize') } : parents;
  }
  return {
    needs: combine([parents, { needs: use.readOnly ? ['consistent read'] : ['consistent read', 'write', 'resize'], shares: [] }]).needs,
    shares: parents.shares.filter((permission) => permission !== 'write' && permission !== 'resize'),
  };
}

function refuse(nodeName: string, needing: Claim, sharing: Claim): void {
  const missing = unshared(needing, sharing);
  if (missing.length === 0) return;
  throw new QapiError(
    `Permission conflict on node '${nodeName}': permissions '${missing.join(', ')}' are both required by ${needing.user} ` +
    `(uses node '${nodeName}' as '${needing.role}' child) and unshared by ${sharing.user} ` +
    `(uses node '${nodeName}' as '${sharing.role}' child).`,
  );
}
