import { QapiError } from '../qapi/qapi-error.ts';
import type { MachineDescription } from './description.ts';
import { isStatsKey } from './stats-options.ts';
import { isThrottleKey } from './throttle-options.ts';

/** A place in a description: keys and list positions, outermost first. */
export type DescriptionPath = readonly (string | number)[];

/** A description that has not the shape of a machine; the message names the place. */
export class DescriptionError extends QapiError {
  readonly path: DescriptionPath;

  constructor(path: DescriptionPath, problem: string) {
    super(problem);
    this.name = 'DescriptionError';
    this.path = path;
  }
}

/** `drives[0].file` */
export function formatPath(path: DescriptionPath): string {
  return path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('').replace(/^\./, '') || 'the machine';
}

type Kind = 'text' | 'number' | 'flag' | 'size' | 'any' | 'list of any';

/** What an object of the description may have. */
interface Shape {
  readonly keys: Readonly<Record<string, Kind | Shape>>;
  readonly required?: readonly string[];
  /** Further keys, and why they are fine. */
  readonly allows?: (key: string, object: Readonly<Record<string, unknown>>) => boolean;
}

const load: Shape = { keys: { iops: 'number', size: 'size' }, required: ['iops', 'size'] };

const drive: Shape = {
  keys: {
    id: 'text', if: 'text', index: 'number', bus: 'number', unit: 'number', media: 'text', file: 'text', format: 'text', driver: 'text',
    'node-name': 'text', readonly: 'flag', 'read-only': 'flag', cache: 'text', 'cache.direct': 'flag', 'cache.no-flush': 'flag', 'cache.writeback': 'flag',
    discard: 'text', 'detect-zeroes': 'text', werror: 'text', rerror: 'text', aio: 'text',
  },
  // Options of a named driver are the driver's to check.
  allows: (key, object) => isThrottleKey(key) || isStatsKey(key) || /^(file|backing)\./.test(key) ||
    (('driver' in object || 'format' in object) && !key.startsWith('throttling.') && !(key in COMMON_MISTAKES)),
};

/** Keys that no driver has. */
const COMMON_MISTAKES: Readonly<Record<string, string>> = { filename: 'file', name: 'id', interface: 'if' };

const device: Shape = {
  keys: {
    driver: 'text', id: 'text', drive: 'text', bus: 'text', unit: 'number', bootindex: 'number', serial: 'text', 'share-rw': 'flag',
    'write-cache': 'any', logical_block_size: 'size', physical_block_size: 'size', 'scsi-id': 'number', lun: 'number', channel: 'number',
    addr: 'any', model: 'text', werror: 'text', rerror: 'text', iothread: 'text', 'num-queues': 'number',
  },
  required: ['driver'],
};

const SECTIONS: Readonly<Record<string, Shape>> = {
  drives: drive,
  blockdevs: { keys: { driver: 'text' }, required: ['driver'], allows: () => true },
  devices: device,
  objects: { keys: { 'qom-type': 'text', id: 'text' }, required: ['qom-type', 'id'], allows: () => true },
  guest: { keys: { device: 'text', reads: load, writes: load, locked: 'flag' }, required: ['device'] },
};

const CLOCK: Shape = { keys: { mode: 'text', socket: 'text' }, required: ['mode'] };

const FACTS: Shape = {
  keys: { name: 'text', cpus: 'list of any', memdevs: 'list of any', nics: 'list of any', tpm: 'list of any', rocker: 'list of any' },
};

/** Checks that a value has the shape of a machine file. @throws DescriptionError that names the place: `drives[0].cahce` */
export function checkDescription(value: unknown): MachineDescription {
  const object = asObject(value, []);
  for (const [key, section] of Object.entries(object)) {
    const shape = Object.hasOwn(SECTIONS, key) ? SECTIONS[key] : undefined;
    if (key === 'machine') checkShape(FACTS, section, [key]);
    else if (key === 'clock') checkClock(section);
    else if (shape === undefined) throw unknownKey([key], [...Object.keys(SECTIONS), 'machine', 'clock']);
    else if (!Array.isArray(section)) throw new DescriptionError([key], `${key} must be a list`);
    else section.forEach((entry, index) => checkShape(shape, entry, [key, index]));
  }
  return object;
}

function checkClock(section: unknown): void {
  checkShape(CLOCK, section, ['clock']);
  const { mode, socket } = section as { mode: string; socket?: string };
  if (mode !== 'real' && mode !== 'virtual') throw new DescriptionError(['clock', 'mode'], "clock.mode must be 'real' or 'virtual'");
  if ((mode === 'virtual') !== (socket !== undefined)) {
    throw new DescriptionError(['clock'], mode === 'virtual' ? "clock lacks 'socket'" : 'clock.socket is for a virtual clock only');
  }
}

function checkShape(shape: Shape, value: unknown, path: DescriptionPath): void {
  const object = asObject(value, path);
  for (const key of shape.required ?? []) {
    if (!(key in object)) throw new DescriptionError(path, `${formatPath(path)} lacks '${key}'`);
  }
  for (const [key, member] of Object.entries(object)) {
    const kind = Object.hasOwn(shape.keys, key) ? shape.keys[key] : undefined;
    const place = [...path, key];
    if (kind === undefined) {
      if (shape.allows?.(key, object) !== true) throw unknownKey(place, Object.keys(shape.keys));
    } else if (typeof kind === 'object') checkShape(kind, member, place);
    else if (!FITS[kind](member)) throw new DescriptionError(place, `${formatPath(place)} must be ${KIND_NAMES[kind]}`);
  }
}

const FITS: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0,
  flag: (value) => typeof value === 'boolean' || value === 'on' || value === 'off',
  size: (value) => typeof value === 'number' || typeof value === 'string',
  any: () => true,
  'list of any': (value) => Array.isArray(value),
};

const KIND_NAMES: Readonly<Record<Kind, string>> = {
  text: 'a string', number: 'a number, not negative', flag: 'true or false', size: "a number of bytes, or text such as '4k'",
  any: 'anything', 'list of any': 'a list',
};

function asObject(value: unknown, path: DescriptionPath): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  throw new DescriptionError(path, `${formatPath(path)} must be an object`);
}

function unknownKey(path: DescriptionPath, known: readonly string[]): DescriptionError {
  const key = String(path.at(-1));
  const meant = COMMON_MISTAKES[key];
  const hint = meant !== undefined && known.includes(meant) ? `; did you mean '${meant}'?` : '';
  return new DescriptionError(path, `unknown key '${key}' at ${formatPath(path)}${hint}`);
}
