import type { BlockInfo } from '../../../qapi/types/block-info.ts';
import type { SnapshotInfo } from '../../../qapi/types/snapshot-info.ts';
import { defineHmpCommand } from '../../define-hmp-command.ts';
import { HmpError } from '../../hmp-error.ts';
import { snapshotHeader, snapshotRow } from '../../text/snapshot-table.ts';

export default defineHmpCommand({
  name: 'info snapshots',
  args: '',
  usage: '',
  doc: 'list the snapshots inside the images, those of all disks first',
  needs: ['query-block'],
  run: async (_, { execute, passOn }) => {
    const exact = passOn(); // it also knows of nodes without a device, which replies do not tell from others
    if (exact !== undefined) return exact;
    const disks = ((await execute('query-block')) as BlockInfo[]).filter(({ inserted }) => inserted !== undefined && !inserted.ro).map(diskOf);
    const first = disks.find(({ canSnapshot }) => canSnapshot);
    if (first === undefined) throw new HmpError('unavailable', 'No available block device supports snapshots');
    if (disks.every(({ snapshots }) => snapshots.length === 0)) return 'There is no snapshot available.\n';
    const whole = first.snapshots.filter(({ name }) => disks.every(({ snapshots }) => snapshots.some((one) => one.name === name)));
    return `List of snapshots present on all disks:\n${table(whole.map((snapshot) => ({ ...snapshot, id: '--' })))}${partial(disks, whole)}`;
  },
});

interface Disk {
  readonly name: string;
  readonly canSnapshot: boolean;
  readonly snapshots: readonly SnapshotInfo[];
}

function diskOf({ device, inserted }: BlockInfo): Disk {
  return { name: device, canSnapshot: inserted?.drv === 'qcow2', snapshots: inserted?.image.snapshots ?? [] };
}

function partial(disks: readonly Disk[], whole: readonly SnapshotInfo[]): string {
  return disks
    .map(({ name, snapshots }) => ({ name, left: snapshots.filter((one) => !whole.some((other) => other.name === one.name)) }))
    .filter(({ left }) => left.length > 0)
    .map(({ name, left }) => `\nList of partial (non-loadable) snapshots on '${name}':\n${table(left)}`)
    .join('');
}

function table(snapshots: readonly SnapshotInfo[]): string {
  return snapshots.length === 0 ? 'None\n' : [snapshotHeader, ...snapshots.map(snapshotRow)].map((line) => `${line}\n`).join('');
}
