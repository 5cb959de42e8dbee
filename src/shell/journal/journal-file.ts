import { createWriteStream, fchmodSync, fstatSync, openSync } from 'node:fs';
import { formatJson } from '../../util/lossless-json.ts';
import type { JournalEntry, JournalHeader } from './entry.ts';
import type { Journal } from './journal.ts';

/** What a disk that does not keep up may hold back. */
const mostBuffered = 64 << 20;

/** A file to which a session is being written. */
export interface JournalFile {
  readonly file: string;
  /** Why it is not being written any more, once that has happened. */
  readonly problem?: string | undefined;
  /** Resolves when all is written. */
  close(): Promise<void>;
}

export interface JournalFileOptions {
  readonly file: string;
  /** 'append' goes on in a file that is there; 'new' refuses it. */
  readonly mode: 'append' | 'new';
  /** Which entries are written; default: all. */
  readonly wants?: (entry: JournalEntry) => boolean;
}

/**
 * Writes a session to a file from now on, one JSON object a line; a plain file is made readable by its owner only.
 * @throws the system's error when it cannot be opened
 */
export function openJournalFile(journal: Journal, { file, mode, wants = () => true }: JournalFileOptions): JournalFile {
  const fd = openSync(file, mode === 'append' ? 'a' : 'ax', 0o600);
  if (fstatSync(fd).isFile()) fchmodSync(fd, 0o600);
  const stream = createWriteStream(file, { fd });
  let problem: string | undefined;
  let dropped = 0;
  stream.on('error', (error) => { problem ??= `${file} is not written any more: ${error.message}`; });
  const write = (value: JournalEntry | JournalHeader) => {
    if (problem !== undefined) return;
    if (stream.writableLength > mostBuffered) dropped++;
    else stream.write(`${formatJson(value)}\n`);
    if (dropped > 0) problem = `${file} lacks ${dropped} entries: it could not be written fast enough`;
  };
  write(journal.header());
  const off = journal.onEntry((entry) => wants(entry) && write(entry));
  return {
    file,
    get problem() { return problem; },
    close: () => {
      off();
      return stream.destroyed ? Promise.resolve() : new Promise((resolve) => { stream.end(() => resolve()); });
    },
  };
}

/** What a traffic log holds. */
export function isTraffic(entry: JournalEntry): boolean {
  return !('line' in entry || 'outcome' in entry);
}
