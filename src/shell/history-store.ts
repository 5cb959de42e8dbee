import { closeSync, constants, fchmodSync, fstatSync, lstatSync, mkdirSync, openSync, readSync, renameSync, unlinkSync, writeSync }
  from 'node:fs';
import { dirname } from 'node:path';

/** More than this is never read: 5,000 lines of ordinary length are far below. */
const maxBytes = 4 << 20;
/** A rewrite that is this old was interrupted. */
const staleMs = 60_000;

const { O_RDONLY, O_RDWR, O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;

/**
 * The newest `capacity` lines of a history file, oldest first; none when there is no file. What cannot be a line
 * (control characters, broken UTF-8) is skipped. A file that has grown far beyond the capacity is cut.
 * @throws the system's error when the file cannot be read or is not a plain file
 */
export function readLines(file: string, capacity: number): string[] {
  const fd = openExisting(file);
  if (fd === undefined) return [];
  try {
    const { text, end } = readFrom(fd, 0);
    const lines = text.split('\n').filter(isLine);
    if (lines.length > capacity + capacity / 5) rewrite(file, { fd, end, lines: lines.slice(-capacity) });
    return lines.slice(-capacity).map(decode);
  } finally {
    closeSync(fd);
  }
}

/**
 * Adds one line (which may hold line ends) at the end of the file, with one write, so that two programs never mix lines.
 * The file is made readable by its owner only.
 */
export function appendLine(file: string, line: string): void {
  for (let attempt = 0; attempt < 3; attempt++) {
    const fd = openForAppend(file);
    try {
      writeSync(fd, `${endsTorn(fd) ? '\n' : ''}${encode(line)}\n`);
      if (fstatSync(fd).nlink > 0) return; // else another qmon has just put a shorter file in its place
    } finally {
      closeSync(fd);
    }
  }
}

function openExisting(file: string): number | undefined {
  try {
    return checked(openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK), file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function openForAppend(file: string): number {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  return checked(openSync(file, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600), file);
}

/** Refuses what is not a plain file; takes away what others may do with it. */
function checked(fd: number, file: string): number {
  const status = fstatSync(fd);
  if (!status.isFile()) {
    closeSync(fd);
    throw new Error(`${file} is not a plain file`);
  }
  if ((status.mode & 0o077) !== 0) fchmodSync(fd, 0o600);
  return fd;
}

/** Whether the last line has no end: a write that was cut short, or another editor. */
function endsTorn(fd: number): boolean {
  const { size } = fstatSync(fd);
  const last = Buffer.alloc(1);
  return size > 0 && readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
}

function readFrom(fd: number, position: number): { text: string; end: number } {
  const { size } = fstatSync(fd);
  const start = Math.max(position, size - maxBytes);
  const buffer = Buffer.alloc(Math.max(0, size - start));
  const length = readSync(fd, buffer, 0, buffer.length, start);
  const text = buffer.toString('utf8', 0, length);
  return { text: start > position ? text.slice(text.indexOf('\n') + 1) : text, end: start + length };
}

/**
 * Replaces the file by its newest lines. What another program appends to the old file until the new one is in place
 * is carried over; what it appends later it writes again itself, for it sees that its file has no name any more.
 */
function rewrite(file: string, old: { fd: number; end: number; lines: readonly string[] }): void {
  const temporary = `${file}.new`;
  const fd = claim(temporary);
  if (fd === undefined) return;
  try {
    writeSync(fd, old.lines.join('\n') + '\n');
    renameSync(temporary, file);
    const { text } = readFrom(old.fd, old.end);
    if (text !== '') writeSync(fd, text);
  } finally {
    closeSync(fd);
  }
}

/** The temporary file is the lock too: undefined while another program rewrites. */
function claim(temporary: string): number | undefined {
  try {
    return openSync(temporary, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (Date.now() - lstatSync(temporary).mtimeMs > staleMs) unlinkSync(temporary);
    return undefined;
  }
}

/** One line of the file per entry: a line end is written as \n, a backslash doubled. */
function encode(line: string): string {
  return line.replaceAll('\\', '\\\\').replace(/\r\n?|\n/g, '\\n');
}

function decode(text: string): string {
  return text.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}

function isLine(text: string): boolean {
  return text.trim() !== '' && !/[\u0000-\u0008\u000b-\u001f\u007f\ufffd]/.test(text);
}
