import { stat } from 'node:fs/promises';
import { parseJson } from '../util/lossless-json.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import { nestKeys } from './dotted-keys.ts';
import { protocolOf } from './filename.ts';

/** What a file name in an image or on a command line means: options of a protocol node, or of a whole tree. */
export interface FileReference {
  readonly options: Readonly<Record<string, unknown>>;
  /** The options are a format's, to be opened as they are. */
  readonly isTree: boolean;
}

/** Reads a file name: a path, `file:path`, `null-co://`, or `json:{...}`. @throws QapiError when it is none of these */
export async function parseFileReference(filename: string): Promise<FileReference> {
  const protocol = protocolOf(filename);
  switch (protocol) {
    case undefined: return plain(filename);
    case 'file': return plain(filename.slice('file:'.length));
    case 'null-co':
    case 'null-aio': return { options: { driver: protocol }, isTree: false };
    case 'json': return json(filename.slice('json:'.length));
    default: throw new QapiError(`Unknown protocol '${protocol}'`);
  }
}

async function plain(filename: string): Promise<FileReference> {
  return { options: { driver: (await isDevice(filename)) ? 'host_device' : 'file', filename }, isTree: false };
}

/** A path that cannot be looked at is a file's: opening it says what is wrong. */
async function isDevice(filename: string): Promise<boolean> {
  const stats = await stat(filename).catch(() => undefined);
  return stats !== undefined && (stats.isBlockDevice() || stats.isCharacterDevice());
}

function json(text: string): FileReference {
  const parsed = parse(text);
  if (!isTree(parsed)) throw new QapiError('Invalid JSON object given');
  const options = withProtocol(nestKeys(parsed));
  if (options.driver === undefined && options.file === undefined) throw new QapiError('Must specify either driver or file');
  return { options, isTree: typeof options.driver === 'string' };
}

/** A child that has only a file name is a file. */
function withProtocol(options: Record<string, unknown>): Record<string, unknown> {
  const { file } = options;
  if (!isTree(file)) return options;
  const inner = withProtocol(file);
  return { ...options, file: inner.driver === undefined && typeof inner.filename === 'string' ? { driver: 'file', ...inner } : inner };
}

function parse(text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new QapiError(`Could not parse the JSON options: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
