import type { SnapshotInfo } from '../../../qapi/types/snapshot-info.ts';
import { defineHmpCommand } from '../../define-hmp-command.ts';
import { firstThatCan, snapshotDisks } from '../../snapshot-disks.ts';
import type { SnapshotDisk } from '../../snapshot-disks.ts';
import { snapshotOverview } from '../../text/snapshot-overview.ts';
import { snapshotHeader, snapshotRow } from '../../text/snapshot-table.ts';

export default defineHmpCommand({
  name: 'info snapshots',
  args: '',
  usage: '',
  doc: 'list the snapshots inside the images, those of all disks first',
  needs: ['query-block'],
  run: async (_, { execute, passOn, tables }) => {
    if (tables) return snapshotOverview(await snapshotDisks({ execute }));
    const exact = passOn(); // it also knows of nodes without a device, which replies do not tell from others
    if (exact !== undefined) return exact;
    const disks = await snapshotDisks({ execute });
    const first = firstThatCan(disks);
    if (disks.every(({ snapshots }) => snapshots.length === 0)) return 'There is no snapshot available.\n';
    const whole = first.snapshots.filter(({ name }) => disks.every(({ snapshots }) => snapshots.some((one) => one.name === name)));
    return `List of snapshots present on all disks:\n${table(whole.map((snapshot) => ({ ...snapshot, id: '--' })))}${partial(disks, whole)}`;
  },
});

function partial(disks: readonly SnapshotDisk[], whole: readonly SnapshotInfo[]): string {
  return disks
    .map(({ name, snapshots }) => ({ name, left: snapshots.filter((one) => !whole.some((other) => other.name === one.name)) }))
    .filter(({ left }) => left.length > 0)
    .map(({ name, left }) => `\nList of partial (non-loadable) snapshots on '${name}':\n${table(left)}`)
    .join('');
}

function table(snapshots: readonly SnapshotInfo[]): string {
  return snapshots.length === 0 ? 'None\n' : [snapshotHeader, ...snapshots.map(snapshotRow)].map((line) => `${line}\n`).join('');
}
