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

/** What is looked at when claims are checked. */
interface ClaimedNode {
  readonly name: string;
  readonly readOnly: boolean;
  /** It could be written before the change that is checked. */
  readonly isClosing?: boolean;
}

/** @throws QapiError when the claims on a node, the newest first, cannot live beside each other, or change a read-only one */
export function checkClaims(node: ClaimedNode, claims: readonly Claim[]): void {
  if (isConflict(claims)) for (const sharing of claims) for (const needing of claims) refuse(node.name, needing, sharing);
  if (!node.readOnly || !combine(claims).needs.some((permission) => CHANGES.includes(permission))) return;
  throw new QapiError(node.isClosing === true
    ? `Read-only block node '${node.name}' cannot support read-write users` : 'Block node is read-only');
}

/** Whether one claim needs what another does not share; found without comparing each with each. */
function isConflict(claims: readonly Claim[]): boolean {
  return PERMISSIONS.some((permission) => {
    const needing = claims.filter(({ needs }) => needs.includes(permission));
    const keeping = claims.filter(({ shares }) => !shares.includes(permission));
    return needing.length > 0 && keeping.length > 0 && (needing.length > 1 || keeping.length > 1 || needing[0] !== keeping[0]);
  });
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
  const missing = needing === sharing ? [] : unshared(needing, sharing);
  if (missing.length === 0) return;
  throw new QapiError(
    `Permission conflict on node '${nodeName}': permissions '${missing.join(', ')}' are both required by ${needing.user} ` +
    `(uses node '${nodeName}' as '${needing.role}' child) and unshared by ${sharing.user} ` +
    `(uses node '${nodeName}' as '${sharing.role}' child).`,
  );
}
