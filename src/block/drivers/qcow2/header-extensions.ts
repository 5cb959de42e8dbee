import { QapiError } from '../../../qapi/qapi-error.ts';

const END = 0x00000000;
const BACKING_FORMAT = 0xe2792aca;
const FEATURE_NAMES = 0x6803f857;
const BITMAPS = 0x23852875;
/** Bytes of the extension that leads to the bitmaps. */
export const BITMAPS_LENGTH = 24;
/** The longest backing format name that QEMU takes, its terminating zero included. */
const BACKING_FORMAT_LIMIT = 16;
const FEATURE_ENTRY = 48;

/** One bit's entry of the feature name table; kind 0 is incompatible, 1 compatible, 2 autoclear. */
export interface FeatureName {
  readonly kind: number;
  readonly bit: number;
  readonly name: string;
}

export interface HeaderExtensions {
  backingFormat: string | undefined;
  featureNames: readonly FeatureName[];
  /** Where the directory of dirty bitmaps lies, as it is stored. */
  readonly bitmaps?: Buffer | undefined;
  /** Extensions that this driver does not interpret, kept in their order. */
  readonly unknown: readonly { readonly type: number; readonly data: Buffer }[];
}

/** The feature names that QEMU 7.2 writes into new images. */
export const KNOWN_FEATURE_NAMES: readonly FeatureName[] = [
  { kind: 0, bit: 0, name: 'dirty bit' },
  { kind: 0, bit: 1, name: 'corrupt bit' },
  { kind: 0, bit: 2, name: 'external data file' },
  { kind: 0, bit: 3, name: 'compression type' },
  { kind: 0, bit: 4, name: 'extended L2 entries' },
  { kind: 1, bit: 0, name: 'lazy refcounts' },
  { kind: 2, bit: 0, name: 'bitmaps' },
  { kind: 2, bit: 1, name: 'raw external data' },
];

/**
 * Decodes the header extensions in `bytes` (the first cluster) between `start` and `end`.
 * @throws QapiError in QEMU's words when one does not fit
 */
export function parseHeaderExtensions(bytes: Buffer, start: number, end: number): HeaderExtensions {
  const unknown: { type: number; data: Buffer }[] = [];
  let bitmaps: Buffer | undefined;
  const result: HeaderExtensions = { backingFormat: undefined, featureNames: [], unknown };
  for (let offset = start; offset + 8 <= end;) {
    const type = bytes.readUInt32BE(offset);
    const length = bytes.readUInt32BE(offset + 4);
    offset += 8;
    if (length > end - offset) throw new QapiError('Header extension too large');
    if (type === END) break;
    const data = Buffer.from(bytes.subarray(offset, offset + length));
    if (type === BACKING_FORMAT) result.backingFormat = parseBackingFormat(data);
    else if (type === FEATURE_NAMES) result.featureNames = parseFeatureNames(data);
    else if (type === BITMAPS) bitmaps = checkBitmaps(data);
    else unknown.push({ type, data });
    offset += Math.ceil(length / 8) * 8;
  }
  return { ...result, bitmaps };
}

function checkBitmaps(data: Buffer): Buffer {
  if (data.length !== BITMAPS_LENGTH) throw new QapiError('bitmaps_ext: Invalid extension length');
  return data;
}

function parseBackingFormat(data: Buffer): string {
  if (data.length >= BACKING_FORMAT_LIMIT) {
    throw new QapiError(`ERROR: ext_backing_format: len=${data.length} too large (>=${BACKING_FORMAT_LIMIT})`);
  }
  return untilZero(data);
}

function parseFeatureNames(data: Buffer): FeatureName[] {
  const names: FeatureName[] = [];
  for (let at = 0; at + FEATURE_ENTRY <= data.length; at += FEATURE_ENTRY) {
    names.push({ kind: data.readUInt8(at), bit: data.readUInt8(at + 1), name: untilZero(data.subarray(at + 2, at + FEATURE_ENTRY)) });
  }
  return names;
}

function untilZero(data: Buffer): string {
  const end = data.indexOf(0);
  return data.toString('utf8', 0, end === -1 ? data.length : end);
}

/** Encodes the extensions, the end marker included. */
export function formatHeaderExtensions(extensions: HeaderExtensions): Buffer {
  const parts: Buffer[] = [];
  if (extensions.backingFormat !== undefined) parts.push(formatExtension(BACKING_FORMAT, Buffer.from(extensions.backingFormat)));
  if (extensions.featureNames.length > 0) parts.push(formatExtension(FEATURE_NAMES, formatFeatureNames(extensions.featureNames)));
  if (extensions.bitmaps !== undefined) parts.push(formatExtension(BITMAPS, extensions.bitmaps));
  for (const { type, data } of extensions.unknown) parts.push(formatExtension(type, data));
  parts.push(formatExtension(END, Buffer.alloc(0)));
  return Buffer.concat(parts);
}

function formatExtension(type: number, data: Buffer): Buffer {
  const bytes = Buffer.alloc(8 + Math.ceil(data.length / 8) * 8);
  bytes.writeUInt32BE(type, 0);
  bytes.writeUInt32BE(data.length, 4);
  data.copy(bytes, 8);
  return bytes;
}

function formatFeatureNames(names: readonly FeatureName[]): Buffer {
  const bytes = Buffer.alloc(names.length * FEATURE_ENTRY);
  names.forEach(({ kind, bit, name }, i) => {
    bytes.writeUInt8(kind, i * FEATURE_ENTRY);
    bytes.writeUInt8(bit, i * FEATURE_ENTRY + 1);
    bytes.write(name, i * FEATURE_ENTRY + 2, FEATURE_ENTRY - 2);
  });
  return bytes;
}
