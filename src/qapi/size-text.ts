import type { Int } from './schema.ts';

/** A size found at the start of a text. */
export interface ScannedSize {
  /** Bytes. */
  readonly bytes: bigint;
  /** How many characters it took. */
  readonly length: number;
}

const suffixes = 'BKMGTPE';
const pattern = /^(?:0[xX]([0-9a-fA-F]+)|(\d+)(?:\.(\d*))?)([bBkKmMgGtTpPeE])?/;
const largest = (1n << 64n) - 1n;

/**
 * Reads a size as QEMU does: decimal with an optional fraction, or hexadecimal, and one suffix letter (powers of 1024).
 * What follows is the caller's affair. Undefined: no size here, or one beyond 64 bits.
 * @param unit the suffix that counts when there is none
 */
export function scanSize(text: string, unit: 'B' | 'M'): ScannedSize | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [all, hexadecimal, whole = '', fraction = '', suffix = unit] = match;
  const scale = 1n << (10n * BigInt(suffixes.indexOf(suffix.toUpperCase())));
  const bytes = hexadecimal === undefined ? scaleDecimal(whole, fraction, scale) : BigInt(`0x${hexadecimal}`) * scale;
  return bytes > largest ? undefined : { bytes, length: all.length };
}

/** Rounds halves up. */
function scaleDecimal(whole: string, fraction: string, scale: bigint): bigint {
  const denominator = 10n ** BigInt(fraction.length);
  return BigInt(whole) * scale + (2n * BigInt(fraction || '0') * scale + denominator) / (2n * denominator);
}

/** Bytes that all of a text means; a minus sign and plain integers of any 64-bit size are fine. Undefined when it is none. */
export function parseSize(text: string): Int | undefined {
  const isNegative = text.startsWith('-');
  const digits = isNegative ? text.slice(1) : text;
  const scanned = scanSize(digits, 'B');
  if (scanned === undefined || scanned.length !== digits.length) return undefined;
  return exact(isNegative ? -scanned.bytes : scanned.bytes);
}

/** A number where that is exact. */
export function exact(value: bigint): Int {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
