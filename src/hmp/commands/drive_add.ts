import { coerce, KeyValueError, nestKeys } from '../../qapi/dotted-keys.ts';
import { QapiError } from '../../qapi/qapi-error.ts';
import { blockdevOptions } from '../../qapi/types/blockdev-options.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';
import type { HmpMonitor } from '../define-hmp-command.ts';
import { HmpError } from '../hmp-error.ts';
import { parseOptions } from '../option-string.ts';

/** What a drive has besides the options of its node. */
const DRIVE_KEYS = ['file', 'if', 'id', 'format', 'media', 'cache', 'readonly', 'snapshot', 'index', 'bus', 'unit', 'aio', 'werror', 'rerror'];

export default defineHmpCommand({
  name: 'drive_add',
  args: 'node:-n,pci_addr:s,opts:s',
  usage: '[-n] [[<domain>:]<bus>:]<slot>\n[file=file][,if=type][,bus=n]\n[,unit=m][,media=d][,index=i]\n[,snapshot=on|off][,cache=on|off]\n'
    + '[,readonly=on|off][,copy-on-read=on|off]',
  doc: 'add a drive that no device has yet (if=none; the first word means nothing then); -n: a node',
  completes: { opts: { options: { command: 'blockdev-add', keys: DRIVE_KEYS } } },
  needs: ['blockdev-add'],
  run: async ({ node, opts }, monitor) => {
    if (!node) return monitor.passOn() ?? addDrive(opts, monitor);
    const options = parseOptions(opts, 'file');
    if (options['node-name'] === undefined) throw refusal("'node-name' needs to be specified");
    if (options.driver === undefined && options.file === undefined) throw refusal('Must specify either driver or file');
    await unprefixed(monitor.execute('blockdev-add', nodeOptions(options)));
    return '';
  },
});

const TYPES = ['none', 'ide', 'scsi', 'floppy', 'pflash', 'mtd', 'sd', 'virtio', 'xen'];

/** An engine without drives by option strings makes one of a node, as QMP could up to 2.7. */
async function addDrive(text: string, { execute, names }: HmpMonitor): Promise<string> {
  const { if: type = 'ide', id, file, format, driver = format, readonly: isReadOnly, ...others } = parseOptions(text, 'file');
  if (!TYPES.includes(type)) throw refusal(`unsupported bus type '${type}'`);
  if (type !== 'none') throw refusal(`Can't hot-add drive to type ${TYPES.indexOf(type)}`);
  if (id === undefined) throw refusal('a drive needs an id here');
  if ((await names.find(id))?.device === id) throw refusal(`Duplicate ID '${id}' for drive`);
  const options = {
    id, driver: driver ?? 'raw', ...others,
    ...(file !== undefined && { file: { driver: 'file', filename: file } }),
    ...(isReadOnly !== undefined && { 'read-only': isReadOnly === 'on' }),
  };
  await unprefixed(execute('blockdev-add', options));
  return 'OK\n';
}

/** Sizes may have suffixes here. @throws HmpError when a key cannot be understood */
function nodeOptions(options: Readonly<Record<string, string>>): Record<string, unknown> {
  try {
    return coerce(blockdevOptions, nestKeys(Object.entries(options))) as Record<string, unknown>;
  } catch (error) {
    throw error instanceof KeyValueError ? refusal(error.message) : error;
  }
}

/** QEMU prints the errors of this command without a prefix. */
async function unprefixed(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    throw error instanceof QapiError ? refusal(error.desc) : error;
  });
}

const refusal = (message: string) => new HmpError('unavailable', message);
