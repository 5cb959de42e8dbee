import { formatSize } from '../../qapi/format-size.ts';
import type { SnapshotInfo } from '../../qapi/types/snapshot-info.ts';

/** The table's head, without a line end; the last column ends it with blanks, as QEMU's does. */
export const snapshotHeader = row('ID'.padEnd(10), 'TAG'.padEnd(17), ['VM SIZE', 'DATE', 'VM CLOCK', 'ICOUNT']);

/** One row, without a line end. Dates are local. */
export function snapshotRow(snapshot: SnapshotInfo): string {
  const icount = snapshot.icount === undefined ? '' : String(snapshot.icount);
  const columns = [formatSize(snapshot['vm-state-size']), snapshotDate(snapshot), snapshotClock(snapshot), icount];
  return row(`${snapshot.id.padEnd(9)} `, `${snapshot.name.padEnd(16)} `, columns);
}

function row(id: string, tag: string, [vmSize = '', date = '', clock = '', icount = '']: readonly string[]): string {
  return `${id}${tag}${vmSize.padStart(8)}${date.padStart(20)}${clock.padStart(13)}${icount.padStart(11)}`;
}

/** When it was taken, local time. */
export function snapshotDate({ 'date-sec': seconds }: SnapshotInfo): string {
  const date = new Date(Number(seconds) * 1000);
  const day = [date.getFullYear(), pad(date.getMonth() + 1), pad(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => pad(part)).join(':')}`;
}

/** How long the guest had been running. */
export function snapshotClock(snapshot: SnapshotInfo): string {
  const seconds = Number(snapshot['vm-clock-sec']);
  const milliseconds = Math.floor(Number(snapshot['vm-clock-nsec']) / 1e6);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${parts.map((part) => pad(part)).join(':')}.${pad(milliseconds, 3)}`;
}

function pad(value: number, digits = 2): string {
  return String(value).padStart(digits, '0');
}
