import { formatSize } from '../../qapi/format-size.ts';
import type { SnapshotInfo } from '../../qapi/types/snapshot-info.ts';
import type { SnapshotDisk } from '../snapshot-disks.ts';
import { snapshotClock, snapshotDate } from './snapshot-table.ts';
import { tableText } from './table.ts';

const columns = [
  { head: 'TAG' }, { head: 'ON' }, { head: 'ID', isNumber: true }, { head: 'VM STATE', isNumber: true }, { head: 'DATE' }, { head: 'VM CLOCK' },
  { head: 'NOTES' },
];

/** Every snapshot inside every disk, those of one tag together. */
export function snapshotOverview(disks: readonly SnapshotDisk[]): string {
  const tags = [...new Set(disks.flatMap(({ snapshots }) => snapshots.map(({ name }) => name)))];
  if (tags.length === 0) return 'There is no snapshot inside any image.\n';
  return tableText(columns, tags.flatMap((tag) => rowsOf(tag, disks)));
}

function rowsOf(tag: string, disks: readonly SnapshotDisk[]): string[][] {
  const having = disks.flatMap(({ root, snapshots }) => snapshots.filter(({ name }) => name === tag).map((snapshot) => ({ root, snapshot })));
  const missing = disks.filter(({ snapshots }) => !snapshots.some(({ name }) => name === tag)).map(({ root }) => root);
  const note = missing.length === 0 ? '' : `cannot be loaded: not on ${missing.join(', ')}`;
  return having.map(({ root, snapshot }, index) => rowOf(root, snapshot, index === 0 ? note : ''));
}

function rowOf(root: string, snapshot: SnapshotInfo, note: string): string[] {
  const state = Number(snapshot['vm-state-size']) === 0 ? 'none' : formatSize(snapshot['vm-state-size']);
  return [snapshot.name, root, snapshot.id, state, snapshotDate(snapshot), snapshotClock(snapshot), note];
}
