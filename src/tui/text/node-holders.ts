import type { NodeUse, TreeNode } from '../../shell/block-tree.ts';
import type { Snapshot } from '../../shell/live-state.ts';
import { rowName } from '../../shell/io-rates.ts';
import { deviceLabel } from './device-label.ts';
import { printableLine } from './printable.ts';

type Row = Readonly<Record<string, unknown>>;

/** Permissions in the order in which they are told, as short as they stay readable. */
const permissionWords = [['consistent-read', 'r'], ['write', 'w'], ['write-unchanged', 'unchanged'], ['resize', 'resize']] as const;

/** Who holds a node and what for: 'r/w, job m source, export e r'; the node or drive in the row above, `above`, goes without saying. */
export function holdersText({ name, uses }: TreeNode, snapshot: Snapshot, above: string): string {
  return withNames(uses).map((use) => {
    const words = permissionsText(use);
    const isAbove = use.user.name === above && above !== '' && use.user.type !== 'job';
    return isAbove ? words || 'the row above' : [holder(use, name, snapshot), words].filter(Boolean).join(' ');
  }).join(', ');
}

/** What holds a node besides its own device: jobs, exports, others above it. */
export function otherHolders(node: TreeNode, snapshot: Snapshot, device: string): string {
  const others = withNames(node.uses).filter(({ user }) => user.type !== 'drive' || user.name !== device);
  return others.map((use) => holder(use, node.name, snapshot)).filter((name) => name !== device).join(', ');
}

/** A job goes to the nodes that it holds through a backend of its own, which has no name. */
function withNames(uses: readonly NodeUse[]): readonly NodeUse[] {
  const hasJob = uses.some(({ user }) => user.type === 'job');
  return hasJob ? uses.filter(({ user }) => user.type !== 'drive' || user.name !== '') : uses;
}

function permissionsText({ permissions = [] }: NodeUse): string {
  const words = permissionWords.filter(([permission]) => permissions.includes(permission)).map(([, word]) => word);
  return words.join('/');
}

function holder({ user, role }: NodeUse, node: string, snapshot: Snapshot): string {
  if (user.type === 'job') return `job ${printableLine(user.name)} ${role}`;
  if (user.type === 'node') return `${printableLine(user.name)} ${role}`;
  return user.name === '' ? namelessHolder(node, snapshot) : printableLine(user.name);
}

/** A device that was given a node, or an export, has no name in the graph. */
function namelessHolder(node: string, { block, exports = [] }: Snapshot): string {
  const device = block.find((row) => row.device === '' && (row.inserted as Row | undefined)?.['node-name'] === node);
  if (device !== undefined) return deviceLabel(rowName(device));
  const exported = exports.find((row) => row['node-name'] === node);
  return exported === undefined ? 'a block backend' : `export ${printableLine(String(exported.id))}`;
}
