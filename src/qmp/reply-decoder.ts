import { parseJson } from '../util/lossless-json.ts';
import { BraceScanner, skipBlank, unfinished } from './brace-scanner.ts';
import type { Decoded } from './message-parser.ts';

/** No reply of a real VM comes near; the text of one message must fit a string. */
const longest = 384 * 1024 * 1024;

/** A client's decoder: strict JSON objects, however their bytes are cut or joined, line ends not needed. */
export class ReplyDecoder {
  readonly #scanner = new BraceScanner('any');
  #held: Buffer[] = [];
  #heldLength = 0;

  /** The messages that `chunk` completes, in order; at a mistake the rest of the chunk is dropped. */
  push(chunk: Buffer): Decoded[] {
    const out: Decoded[] = [];
    let at = 0;
    while (at < chunk.length) {
      const start = this.#heldLength === 0 ? skipBlank(chunk, at) : at;
      if (start === chunk.length) break;
      const end = this.#scanner.scan(chunk, start);
      if (end < 0) {
        if (end !== unfinished || !this.#hold(chunk.subarray(start))) out.push(this.#refuse(chunk.subarray(start)));
        break;
      }
      out.push(this.#parse(chunk.subarray(start, end)));
      at = end;
    }
    return out;
  }

  #parse(last: Buffer): Decoded {
    const bytes = this.#heldLength === 0 ? last : Buffer.concat([...this.#held, last]);
    this.#reset();
    try {
      return { value: parseJson(bytes.toString('utf8')) };
    } catch (error) {
      return { problem: `malformed JSON: ${(error as Error).message}` };
    }
  }

  #hold(part: Buffer): boolean {
    this.#held.push(part);
    this.#heldLength += part.length;
    return this.#heldLength <= longest;
  }

  #refuse(part: Buffer): Decoded {
    const text = Buffer.concat([...this.#held, part]).toString('utf8', 0, 60);
    const isTooLong = this.#heldLength > longest;
    this.#reset();
    return { problem: isTooLong ? `a message of more than ${longest} bytes` : `not a QMP message: ${JSON.stringify(text)}` };
  }

  #reset(): void {
    this.#held = [];
    this.#heldLength = 0;
    this.#scanner.reset();
  }
}
