import type { BlockDeviceInfo } from '../../qapi/types/block-device-info.ts';
import type { BlockInfo } from '../../qapi/types/block-info.ts';
import type { ImageInfo } from '../../qapi/types/image-info.ts';
import { imageInfoText } from './image-info-text.ts';

/** What is to be printed: a device with or without a medium, or a node alone. */
export interface BlockEntry {
  readonly device?: BlockInfo;
  readonly inserted: BlockDeviceInfo | undefined;
}

/** One entry of `info block`. */
export function blockInfoText({ device, inserted }: BlockEntry, verbose: boolean): string {
  const deviceLines = device === undefined ? '' : deviceText(device);
  if (inserted === undefined) return `${title(device)}: [not inserted]\n${deviceLines}`;
  const marks = [inserted.drv, ...(inserted.ro ? ['read-only'] : []), ...(inserted.encrypted ? ['encrypted'] : [])];
  const first = `${title(device, inserted['node-name'])}: ${inserted.file} (${marks.join(', ')})\n`;
  return `${first}${deviceLines}${nodeText(inserted)}${verbose ? `\nImages:\n${chainText(inserted.image)}` : ''}`;
}

function title(device: BlockInfo | undefined, node?: string): string {
  if (device?.device) return node ? `${device.device} (${node})` : device.device;
  return node ?? device?.qdev ?? '<anonymous>';
}

function line(label: string, value: string): string {
  return `    ${`${label}:`.padEnd(18)}${value}\n`;
}

function deviceText(device: BlockInfo): string {
  const status = device['io-status'];
  const tray = `${device.locked ? '' : 'not '}locked, tray ${device.tray_open ? 'open' : 'closed'}`;
  return [
    device.qdev ? line('Attached to', device.qdev) : '',
    status !== undefined && status !== 'ok' ? line('I/O status', status) : '',
    device.removable ? line('Removable device', tray) : '',
  ].join('');
}

function nodeText(node: BlockDeviceInfo): string {
  const { cache, backing_file: backing, detect_zeroes: zeroes } = node;
  const modes = [cache.writeback ? 'writeback' : 'writethrough', ...(cache.direct ? ['direct'] : []), ...(cache['no-flush'] ? ['ignore flushes'] : [])];
  return [
    line('Cache mode', modes.join(', ')),
    backing === undefined ? '' : line('Backing file', `${backing} (chain depth: ${node.backing_file_depth})`),
    zeroes === 'off' ? '' : line('Detect zeroes', zeroes),
    isThrottled(node) ? line('I/O throttling', throttleText(node)) : '',
  ].join('');
}

const limits = ['bps', 'bps_rd', 'bps_wr', 'iops', 'iops_rd', 'iops_wr'] as const;

/** Whether any limit is set. */
export function isThrottled(node: BlockDeviceInfo): boolean {
  return limits.some((limit) => Number(node[limit]) !== 0);
}

const throttleMembers = [
  'bps', 'bps_rd', 'bps_wr', 'bps_max', 'bps_rd_max', 'bps_wr_max',
  'iops', 'iops_rd', 'iops_wr', 'iops_max', 'iops_rd_max', 'iops_wr_max', 'iops_size',
] as const;

function throttleText(node: BlockDeviceInfo): string {
  return [...throttleMembers.map((name) => `${name}=${node[name] ?? 0}`), `group=${node.group ?? '(null)'}`].join(' ');
}

function chainText(image: ImageInfo): string {
  const below = image['backing-image'];
  return imageInfoText(image) + (below === undefined ? '' : chainText(below));
}
