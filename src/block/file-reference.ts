import { stat } from 'node:fs/promises';
import { parseJson } from '../util/lossless-json.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import { nestDottedKeys } from './dotted-keys.ts';
import { protocolOf } from './filename.ts';
import { keyedOptions } from './keyed-options.ts';

/** What a file name in an image or on a command line means: options of a protocol node, or of a whole tree. */
export interface FileReference {
  readonly options: Readonly<Record<string, unknown>>;
  /** The options are a format's, to be opened as they are. */
  readonly isTree: boolean;
  /** A child that is an image of a format still to be found, and its file name. */
  readonly image?: { readonly slot: string; readonly filename: string };
}

/** Reads a file name: a path, one that begins with a protocol (`file:x`, `blkdebug:CONFIG:x`), or `json:{...}`. @throws QapiError when it is none of these */
export async function parseFileReference(filename: string): Promise<FileReference> {
  const protocol = protocolOf(filename);
  switch (protocol) {
    case undefined: return plain(filename);
    case 'file': return plain(filename.slice('file:'.length));
    case 'host_device':
    case 'host_cdrom': return { options: { driver: protocol, filename: filename.slice(protocol.length + 1) }, isTree: false };
    case 'blkdebug': return blkdebug(filename.slice('blkdebug:'.length));
    case 'blkverify': return blkverify(filename.slice('blkverify:'.length));
    case 'null-co':
    case 'null-aio': return { options: { driver: protocol }, isTree: false };
    case 'json': return json(filename.slice('json:'.length));
    default: throw new QapiError(`Unknown protocol '${protocol}'`);
  }
}

async function plain(filename: string): Promise<FileReference> {
  return { options: { driver: (await isDevice(filename)) ? 'host_device' : 'file', filename }, isTree: false };
}

/** `CONFIG:FILE`, of which the first can be empty. */
async function blkdebug(rest: string): Promise<FileReference> {
  const [config, image] = halves(rest, 'blkdebug requires both config file and image path');
  const { options } = await parseFileReference(image);
  return { options: { driver: 'blkdebug', ...(config !== '' && { config }), image: options }, isTree: false };
}

/** `RAW:TEST` */
async function blkverify(rest: string): Promise<FileReference> {
  const [raw, test] = halves(rest, 'blkverify requires raw copy and original image path');
  const { options } = await parseFileReference(raw);
  return { options: { driver: 'blkverify', raw: options }, isTree: false, image: { slot: 'test', filename: test } };
}

function halves(text: string, missing: string): [string, string] {
  const colon = text.indexOf(':');
  if (colon < 0) throw new QapiError(missing);
  return [text.slice(0, colon), text.slice(colon + 1)];
}

/** A path that cannot be looked at is a file's: opening it says what is wrong. */
async function isDevice(filename: string): Promise<boolean> {
  const stats = await stat(filename).catch(() => undefined);
  return stats !== undefined && (stats.isBlockDevice() || stats.isCharacterDevice());
}

async function json(text: string): Promise<FileReference> {
  if (text === '') throw new QapiError('Could not parse the JSON options: Expecting a JSON value');
  const parsed = parse(text);
  if (!isTree(parsed)) throw new QapiError('Invalid JSON object given');
  const nested = nestDottedKeys(parsed);
  if (nested.driver === undefined && nested.file === undefined) throw new QapiError('Must specify either driver or file');
  if (typeof nested.driver === 'string') return { options: nested, isTree: true };
  return { options: { ...nested, ...(isTree(nested.file) && { file: await keyedOptions(nested.file) }) }, isTree: false };
}

/** As QEMU's, the JSON of a file name may have its texts in single quotes. */
const QUOTED = /"(?:[^"\\]|\\.)*"|'((?:[^'\\]|\\.)*)'/g;

function inDoubleQuotes(all: string, single: string | undefined): string {
  if (single === undefined) return all;
  return `"${single.replace(/\\.|"/g, (one) => (one === '"' ? '\\"' : one === "\\'" ? "'" : one))}"`;
}

function parse(text: string): unknown {
  try {
    return parseJson(text.replace(QUOTED, inDoubleQuotes));
  } catch (cause) {
    throw new QapiError(`Could not parse the JSON options: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
