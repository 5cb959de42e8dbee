import type { ErrorAction } from '../block/backend.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import { exact, parseSize } from '../qapi/size-text.ts';
import type { DeviceModel } from './device-models.ts';

/** Values by property name: text, numbers and switches. */
export type PropertyValues = ReadonlyMap<string, string | number | bigint | boolean>;

/** What is known about a device whose properties are read. */
export interface PropertyOwner {
  /** The device's name, as `ide-hd`. */
  readonly driver: string;
  readonly model: DeviceModel;
  readonly id?: string;
}

interface Integer {
  readonly bits: 8 | 16 | 32 | 64;
  readonly signed?: boolean;
}

type PropertyKind = 'text' | 'switch' | 'size' | 'block-size' | 'address' | Integer | readonly string[];

const ON_OFF_AUTO = ['on', 'off', 'auto'];
export const ERROR_ACTIONS: readonly ErrorAction[] = ['report', 'ignore', 'enospc', 'stop', 'auto'];
const UINT32: Integer = { bits: 32 };
const named = (kind: PropertyKind, names: string): Record<string, PropertyKind> =>
  Object.fromEntries(names.split(' ').map((name) => [name, kind]));

/** Properties that several models share. */
const GROUPS = {
  block: {
    ...named('text', 'drive'), ...named('switch', 'share-rw'), ...named('block-size', 'logical_block_size physical_block_size'),
    ...named('size', 'min_io_size opt_io_size discard_granularity'),
    ...named(ON_OFF_AUTO, 'write-cache backend_defaults account-failed account-invalid'),
  },
  errors: named(ERROR_ACTIONS, 'werror rerror'),
  boot: { bootindex: { bits: 32, signed: true } },
  geometry: named(UINT32, 'cyls heads secs lcyls lheads lsecs'),
  ide: {
    ...named('text', 'model ver serial'), ...named(UINT32, 'unit'), wwn: { bits: 64 },
  },
  scsi: {
    ...named('text', 'device_id product serial vendor ver'), ...named(UINT32, 'channel scsi-id lun'),
    ...named({ bits: 64 }, 'max_io_size port_wwn wwn'), port_index: { bits: 16 },
    scsi_version: { bits: 32, signed: true }, quirk_mode_page_vendor_specific_apple: 'switch',
  },
  disk: { rotation_rate: { bits: 16 } },
  pci: {
    ...named('address', 'addr'), ...named(UINT32, 'acpi-index rombar romsize vectors'), ...named('text', 'failover_pair_id romfile'),
    ...named('switch', 'multifunction'),
  },
  virtio: {
    ...named(ON_OFF_AUTO, 'disable-legacy'), ...named('text', 'iothread'),
    ...named('switch', 'aer any_layout ats disable-modern event_idx indirect_desc ioeventfd iommu_platform migrate-extra modern-pio-notify ' +
      'notify_on_empty packed page-per-vq queue_reset use-disabled-flag use-started'),
  },
} satisfies Record<string, Record<string, PropertyKind>>;

const { block, errors, boot, geometry, ide, scsi, disk, pci, virtio } = GROUPS;

const PROPERTIES: Readonly<Record<string, Readonly<Record<string, PropertyKind>>>> = {
  'virtio-blk-pci': {
    ...block, ...errors, ...boot, ...geometry, ...pci, ...virtio, serial: 'text', class: UINT32,
    ...named('switch', 'config-wce discard request-merging scsi seg-max-adjust write-zeroes report-discard-granularity'),
    ...named(UINT32, 'max-discard-sectors max-write-zeroes-sectors'), ...named({ bits: 16 }, 'num-queues queue-size'),
  },
  'virtio-scsi-pci': {
    ...pci, ...virtio, ...named(UINT32, 'cmd_per_lun max_sectors num_queues virtqueue_size'), ...named('switch', 'hotplug param_change seg_max_adjust'),
  },
  'ide-hd': { ...block, ...errors, ...boot, ...geometry, ...ide, ...disk, 'bios-chs-trans': ['auto', 'none', 'lba', 'large', 'rechs'] },
  'ide-cd': { ...block, ...errors, ...boot, ...ide },
  'scsi-hd': { ...block, ...errors, ...boot, ...geometry, ...scsi, ...disk, ...named('switch', 'dpofua removable'), max_unmap_size: { bits: 64 } },
  'scsi-cd': {
    ...block, ...errors, ...boot, ...scsi,
    ...named('switch', 'quirk_mode_page_apple_vendor quirk_mode_page_truncated quirk_mode_sense_rom_use_dbd'),
  },
  'floppy': { ...block, ...named(UINT32, 'unit'), 'drive-type': ['144', '288', '120', 'none', 'auto'] },
  'sd-card': { drive: 'text', spec_version: { bits: 8 }, spi: 'switch' },
  'lsi53c895a': pci,
  'ich9-ahci': pci,
  'sdhci-pci': { ...pci, ...named({ bits: 64 }, 'capareg maxcurr'), 'sd-spec-version': { bits: 8 } },
  'isa-fdc': { ...named(UINT32, 'iobase irq dma'), ...named(['144', '288', '120', 'none', 'auto'], 'fdtypeA fdtypeB fallback') },
};

/** What is said of a device beside its properties. */
const OWN_KEYS: ReadonlySet<string> = new Set(['driver', 'bus', 'id']);

/** A device's properties as text, which is what QEMU makes of any JSON; what is neither text, number nor boolean is left out. */
export function propertyTexts(options: Readonly<Record<string, unknown>>): Record<string, string> {
  const texts = Object.entries(options).flatMap(([name, value]): [string, string][] => {
    const text = propertyText(value);
    return text === undefined || OWN_KEYS.has(name) ? [] : [[name, text]];
  });
  return Object.fromEntries(texts);
}

/** As propertyTexts, for one value. */
export function propertyText(value: unknown): string | undefined {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return ['string', 'number', 'bigint'].includes(typeof value) ? String(value) : undefined;
}

/** Reads all properties. @throws QapiError as parseProperty */
export function parseProperties(owner: PropertyOwner, given: Readonly<Record<string, string>>): PropertyValues {
  return new Map(Object.entries(given).map(([name, text]) => [name, parseProperty(owner, name, text)]));
}

/** Reads one property from the text that a client gave. @throws QapiError in QEMU's words when the device has none such, or not such a value */
export function parseProperty(owner: PropertyOwner, name: string, text: string): string | number | bigint | boolean {
  const kinds = PROPERTIES[owner.driver] ?? {};
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (kind === undefined) throw new QapiError(`Property '${owner.driver}.${name}' not found`);
  if (typeof kind === 'object') return 'bits' in kind ? parseInteger(name, text, kind) : parseChoice(name, text, kind);
  switch (kind) {
    case 'text': return text;
    case 'switch': return parseSwitch(name, text);
    case 'size': return parseBytes(name, text);
    case 'block-size': return parseBlockSize(owner, name, text);
    case 'address': return parseAddress(owner, name, text);
  }
}

function parseChoice(name: string, text: string, choices: readonly string[]): string {
  if (!choices.includes(text)) throw new QapiError(`Parameter '${name}' does not accept value '${text}'`);
  return text;
}

const SWITCHES: Readonly<Record<string, boolean>> = {
  on: true, yes: true, true: true, y: true, off: false, no: false, false: false, n: false,
};

function parseSwitch(name: string, text: string): boolean {
  if (!Object.hasOwn(SWITCHES, text)) throw new QapiError(`Parameter '${name}' expects 'on' or 'off'`);
  return SWITCHES[text]!;
}

/** Unsigned ones take negative numbers as QEMU does: modulo 2^64. */
function parseInteger(name: string, text: string, { bits, signed }: Integer): number | bigint {
  const [, sign, digits] = /^\s*([-+]?)(0x[0-9a-f]+|\d+)$/i.exec(text) ?? [];
  if (digits === undefined || BigInt(digits) >> 64n !== 0n) throw new QapiError(`Parameter '${name}' expects integer`);
  const given = sign === '-' ? -BigInt(digits) : BigInt(digits);
  const value = signed ? given : BigInt.asUintN(64, given);
  const fits = signed ? BigInt.asIntN(bits, value) === value : BigInt.asUintN(bits, value) === value;
  if (!fits) throw new QapiError(`Parameter '${name}' expects ${signed ? '' : 'u'}int${bits}_t`);
  return exact(value);
}

function parseBytes(name: string, text: string): number | bigint {
  const bytes = parseSize(text);
  if (bytes === undefined || bytes < 0) throw new QapiError(`Parameter '${name}' expects size`);
  return bytes;
}

const [LEAST_BLOCK, LARGEST_BLOCK] = [512, 2 << 20];

/** QEMU names the device by its id, which the inner part of a virtio device has not. */
function parseBlockSize({ model, id }: PropertyOwner, name: string, text: string): number {
  const bytes = Number(parseBytes(name, text));
  const property = `Property ${model.part === undefined ? id ?? '' : ''}.${name} doesn't take value`;
  if (bytes !== 0 && (bytes < LEAST_BLOCK || bytes > LARGEST_BLOCK)) {
    throw new QapiError(`${property} ${bytes} (minimum: ${LEAST_BLOCK}, maximum: ${LARGEST_BLOCK})`);
  }
  if ((bytes & (bytes - 1)) !== 0) throw new QapiError(`${property} '${bytes}', it's not a power of 2`);
  return bytes;
}

/** `0x4` or `06.0`: slot and function, in hexadecimal whatever they look like; the value is that of the two together. */
function parseAddress({ driver }: PropertyOwner, name: string, text: string): number {
  const [, slot = '', part = '0'] = /^(?:0x)?([0-9a-f]{1,8})(?:\.([0-9a-f]))?$/i.exec(text) ?? [];
  const [number, func] = [parseInt(slot, 16), parseInt(part, 16)];
  if (!(number < 32 && func < 8)) throw new QapiError(`Property '${driver}.${name}' doesn't take value '${text}'`);
  return number * 8 + func;
}
