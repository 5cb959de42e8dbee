import { formatSize } from '../../qapi/format-size.ts';
import type { BlockDeviceInfo } from '../../qapi/types/block-device-info.ts';
import type { BlockEntry } from './block-info-text.ts';
import { isThrottled } from './block-info-text.ts';
import { tableText } from './table.ts';

const columns = [
  { head: 'DEVICE' }, { head: 'NODE' }, { head: 'FORMAT' }, { head: 'SIZE', isNumber: true }, { head: 'ACCESS' }, { head: 'FILE' }, { head: 'NOTES' },
];

/** Devices or nodes in a table, a line for each. */
export function blockTable(entries: readonly BlockEntry[]): string {
  if (entries.length === 0) return 'There are no block devices.\n';
  return tableText(columns, entries.map(rowOf));
}

function rowOf({ device, inserted }: BlockEntry): string[] {
  const name = device?.device || device?.qdev || '';
  if (inserted === undefined) return [name, '', '', '', '', '(empty)', notes({ device, inserted })];
  const size = inserted.image['virtual-size'] as number | bigint | undefined;
  return [
    name, inserted['node-name'] ?? '', inserted.drv, size === undefined ? '' : formatSize(size), inserted.ro ? 'read-only' : 'read-write',
    inserted.file, notes({ device, inserted }),
  ];
}

function notes({ device, inserted }: BlockEntry): string {
  const status = device?.['io-status'];
  return [
    device?.tray_open && 'tray open',
    device?.locked && 'locked',
    status !== undefined && status !== 'ok' && `I/O ${status}`,
    ...(inserted === undefined ? [] : nodeNotes(inserted)),
  ].filter(Boolean).join(', ');
}

function nodeNotes(node: BlockDeviceInfo): (string | false)[] {
  const depth = Number(node.backing_file_depth);
  return [
    depth > 0 && `${depth} backing image${depth === 1 ? '' : 's'}`,
    node.encrypted && 'encrypted',
    isThrottled(node) && 'throttled',
  ];
}
