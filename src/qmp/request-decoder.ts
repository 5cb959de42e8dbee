import { parseJson } from '../util/lossless-json.ts';
import { BraceScanner, skipBlank } from './brace-scanner.ts';
import { MessageParser } from './message-parser.ts';
import type { Decoded } from './message-parser.ts';

const deepest = 1024;
/** A request of so many bytes cannot reach QEMU's limits on tokens. */
const shortEnough = 1024 * 1024;
/** JSON.parse would forget that such a number was not written as an integer. */
const mayHoldReal = /[:[,]\s*-?\d+[.eE]/;

/**
 * A server's decoder: bytes, however they are cut, become the messages and mistakes that QEMU would find in them.
 * A plain request that came whole is read by JSON.parse; everything else goes through QEMU's own grammar.
 */
export class RequestDecoder {
  readonly #exact = new MessageParser();
  readonly #scanner = new BraceScanner('plain');

  /** The messages that `chunk` completes, and the mistakes in it, in order. */
  push(chunk: Buffer): Decoded[] {
    const out: Decoded[] = [];
    let at = 0;
    while (at < chunk.length) {
      at = this.#exact.isIdle ? this.#readPlain(chunk, skipBlank(chunk, at), out) : this.#exact.feed(chunk, at, out);
    }
    return out;
  }

  #readPlain(chunk: Buffer, start: number, out: Decoded[]): number {
    if (start === chunk.length) return start;
    this.#scanner.reset();
    const end = this.#scanner.scan(chunk, start);
    const isPlain = end > 0 && end - start <= shortEnough;
    const value = isPlain ? parsePlain(chunk.toString('latin1', start, end), this.#scanner.colons) : undefined;
    if (value === undefined) return this.#exact.feed(chunk, start, out);
    out.push({ value });
    return end;
  }
}

/** The object, or undefined when QEMU's parser has to say what it thinks of it. */
function parsePlain(text: string, colons: number): object | undefined {
  if (mayHoldReal.test(text)) return undefined;
  try {
    const value = parseJson(text) as object;
    return countMembers(value, 1) === colons ? value : undefined;
  } catch {
    return undefined; // the exact parser words the error
  }
}

/** Fewer members than colons means that a key came twice; too deep a nesting counts as that, too. */
function countMembers(value: object, depth: number): number {
  if (depth > deepest) return Number.NaN;
  let count = 0;
  for (const key of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[key];
    if (!Array.isArray(value)) count += 1;
    if (typeof member === 'object' && member !== null) count += countMembers(member, depth + 1);
  }
  return count;
}
