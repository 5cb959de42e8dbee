import { QapiError } from '../qapi/qapi-error.ts';

/** What a user of a node wants to do with it, in the order QEMU names them. */
export const PERMISSIONS = ['consistent read', 'write', 'write unchanged', 'resize'] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** What one parent needs of a node and what it lets the other parents do. */
export interface Claim {
  /** Who, as in QEMU's texts: `block device 'ide0-hd0'`, `node 'overlay'`, `block job 'backup0'`. */
  readonly user: string;
  /** How: 'root', 'file', 'backing', 'main node' ... */
  readonly role: string;
  readonly needs: readonly Permission[];
  readonly shares: readonly Permission[];
}

/** A reference that does nothing and forbids nothing. */
export const passiveClaim = (user: string, role: string): Claim => ({ user, role, needs: [], shares: PERMISSIONS });

/** @throws QapiError when `wanted` cannot live beside the claims already held on the node */
export function checkClaims(nodeName: string, held: Iterable<Claim>, wanted: Claim): void {
  for (const claim of held) {
    refuse(nodeName, wanted, claim);
    refuse(nodeName, claim, wanted);
  }
}

function refuse(nodeName: string, needing: Claim, sharing: Claim): void {
  const missing = PERMISSIONS.filter((permission) => needing.needs.includes(permission) && !sharing.shares.includes(permission));
  if (missing.length === 0) return;
  throw new QapiError(
    `Permission conflict on node '${nodeName}': permissions '${missing.join(', ')}' are both required by ${needing.user} ` +
    `(uses node '${nodeName}' as '${needing.role}' child) and unshared by ${sharing.user} ` +
    `(uses node '${nodeName}' as '${sharing.role}' child).`,
  );
}
