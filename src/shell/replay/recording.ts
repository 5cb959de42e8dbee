import { parseJson } from '../../util/lossless-json.ts';
import { InputError } from '../failure.ts';
import type { JournalEntry, JournalHeader } from '../journal/entry.ts';

/** One entry with its place in time. */
export interface TimedEntry {
  /** Milliseconds since the session began. */
  readonly atMs: number;
  readonly kind: EntryKind;
  /** What a request and its reply have in common. */
  readonly id?: unknown;
  /** Read when it is asked for, if it is long: an hour of a big machine's replies is more than a heap can hold. */
  readonly entry: JournalEntry;
}

/** What an entry is about. */
export type EntryKind = 'sent' | 'reply' | 'event' | 'greeting' | 'state' | 'line' | 'outcome';

/** A session that was recorded. */
export interface Recording {
  readonly header: JournalHeader;
  readonly startedMs: number;
  readonly lengthMs: number;
  readonly entries: readonly TimedEntry[];
  /** How many sessions the file holds; the last one is this. */
  readonly sessions: number;
}

/**
 * Reads the last session of a log or recording. A last line that was cut short is left out.
 * @throws InputError naming the line that is none
 */
export async function readRecording(lines: AsyncIterable<string> | Iterable<string>): Promise<Recording> {
  let header: JournalHeader | undefined;
  let entries: TimedEntry[] = [];
  let sessions = 0;
  let lineNumber = 0;
  let latestMs = 0;
  let broken: InputError | undefined;
  for await (const line of lines) {
    lineNumber++;
    if (broken !== undefined) throw broken;
    if (line.trim() === '') continue;
    const value = parseLine(line);
    if (isHeader(value)) {
      header = value;
      entries = [];
      latestMs = 0;
      sessions++;
    } else if (header !== undefined && isEntry(value)) {
      // Clocks are set back now and then; a session never is.
      latestMs = Math.max(latestMs, Date.parse(value.time) - Date.parse(header.time));
      entries.push(timedEntry(latestMs, value, line));
    } else if (header === undefined) throw new InputError('this is no recording: it does not begin with a session');
    else broken = new InputError(`line ${lineNumber} is no entry of a recording`);
  }
  if (header === undefined) throw new InputError('this is no recording: it is empty');
  return { header, startedMs: Date.parse(header.time), lengthMs: entries.at(-1)?.atMs ?? 0, entries, sessions };
}

/** A line of more bytes is kept as bytes, outside the heap. */
const longLine = 2048;

function timedEntry(atMs: number, entry: JournalEntry, line: string): TimedEntry {
  const kind = kindOf(entry);
  const id = 'sent' in entry ? entry.sent.id : 'received' in entry ? entry.received.id : undefined;
  if (line.length < longLine) return { atMs, kind, id, entry };
  const bytes = Buffer.from(line);
  return { atMs, kind, id, get entry() { return parseJson(bytes.toString()) as JournalEntry; } };
}

function kindOf(entry: JournalEntry): EntryKind {
  if ('received' in entry) return 'event' in entry.received ? 'event' : 'QMP' in entry.received ? 'greeting' : 'reply';
  return 'sent' in entry ? 'sent' : 'state' in entry ? 'state' : 'line' in entry ? 'line' : 'outcome';
}

function parseLine(line: string): Record<string, unknown> | undefined {
  try {
    const value = parseJson(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : undefined;
  } catch (error) {
    if ((error as Error).name !== 'JsonError') throw error;
    return undefined;
  }
}

function isHeader(value: Record<string, unknown> | undefined): value is Record<string, unknown> & JournalHeader {
  return value?.qmon === 'session' && value.format === 1 && isTime(value.time) && typeof value.label === 'string';
}

function isEntry(value: Record<string, unknown> | undefined): value is JournalEntry & Record<string, unknown> {
  if (value === undefined || !isTime(value.time)) return false;
  const { outcome } = value;
  if (typeof outcome === 'object' && outcome !== null) return Array.isArray((outcome as Record<string, unknown>).outputs);
  return typeof value.line === 'string' || ['sent', 'received', 'state'].some((key) => typeof value[key] === 'object' && value[key] !== null);
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}
