import { parseSize } from '../../qapi/size-text.ts';
import { IoLineError, usageLine } from './io-line.ts';
import type { IoSyntax } from './io-line.ts';

/** The most bytes of one request (BDRV_REQUEST_MAX_BYTES). */
const LONGEST = 2147483136;
const LARGEST = (1n << 63n) - 1n;

/** An offset or a size with suffix. @throws IoLineError in qemu-io's words */
export function parseOffset(word: string): number {
  const value = parseSize(word);
  if (value === undefined ? /^\d+$/.test(word) : value > LARGEST) throw new IoLineError(`Parsing error: argument too large -- ${word}\n`);
  if (value === undefined || value < 0) {
    throw new IoLineError(`Parsing error: non-numeric argument, or extraneous/unrecognized suffix -- ${word}\n`);
  }
  return Number(value);
}

/** A request's length. @throws IoLineError in qemu-io's words */
export function parseLength(word: string, { without = '' }: { without?: string } = {}): number {
  const length = parseOffset(word);
  if (length > LONGEST) throw new IoLineError(`length cannot exceed ${LONGEST}${without}, given ${word}\n`);
  return length;
}

/** An offset and the lengths of buffers that follow each other there, as one range. @throws IoLineError in qemu-io's words */
export function parseVector(syntax: IoSyntax, [offset, ...lengths]: readonly string[]): { offset: number; length: number } {
  if (offset === undefined || lengths.length === 0) throw new IoLineError(usageLine(syntax));
  return { offset: parseOffset(offset), length: lengths.reduce((sum, word) => sum + parseLength(word), 0) };
}

/** A byte to fill or to compare with: decimal, octal or hexadecimal. @throws IoLineError */
export function parsePattern(word: string): number {
  const value = /^0[0-7]+$/.test(word) ? parseInt(word, 8) : /^(0x[0-9a-f]+|\d+)$/i.test(word) ? Number(word) : NaN;
  if (!(value >= 0 && value <= 255)) throw new IoLineError(`${word} is not a valid pattern byte\n`);
  return value;
}
