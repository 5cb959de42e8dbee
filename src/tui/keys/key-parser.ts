import { StringDecoder } from 'node:string_decoder';
import { readEscape } from './escape-sequence.ts';
import type { KeyEvent } from './key-event.ts';
import { controlKey } from './key-tables.ts';

const pasteStart = '\x1b[200~';
const pasteEnd = '\x1b[201~';
/** A paste longer than this is cut: nobody edits it in a line. */
const maxPaste = 4 << 20;
/** An escape sequence that does not end within this is not one. */
const maxSequence = 64 << 10;

/** Turns the bytes of a terminal into keys, however they are split or joined. */
export class KeyParser {
  #decoder = new StringDecoder('utf8');
  #rest = '';
  #paste: { text: string; dropped: number } | undefined;
  readonly #onReply: (reply: string) => void;

  /** `onReply` hears what the terminal answers to questions. */
  constructor(onReply: (reply: string) => void = () => undefined) {
    this.#onReply = onReply;
  }

  /** True while an ESC, or the start of a sequence, waits for what follows: call `flush` after 50 ms of silence. */
  get isWaiting(): boolean {
    return this.#rest !== '' && this.#paste === undefined;
  }

  /** Takes one chunk and returns the keys that are complete. */
  feed(chunk: Uint8Array): KeyEvent[] {
    this.#rest += this.#decoder.write(Buffer.from(chunk));
    return this.#parse();
  }

  /** Ends the waiting: a lone ESC was the Escape key, and a half sequence is dropped. */
  flush(): KeyEvent[] {
    // A slow line may cut an answer in two; nobody types its beginning.
    if (!this.isWaiting || /^\x1b(\]\d+;|\[\?)/.test(this.#rest)) return [];
    const rest = this.#rest;
    this.#rest = '';
    if (/^\x1b+$/.test(rest)) return [...rest].map(() => key('escape'));
    return rest.length === 2 ? [key(`alt+${rest[1]}`)] : [];
  }

  #parse(): KeyEvent[] {
    const events: KeyEvent[] = [];
    let at = 0;
    while (at < this.#rest.length) {
      const next = this.#paste ? this.#readPaste(at, events) : this.#readOne(at, events);
      if (next === undefined || next === at) break;
      at = next;
    }
    this.#rest = this.#rest.slice(at);
    if (this.#rest.length > maxSequence && !this.#paste) this.#rest = '';
    return events;
  }

  /** Reads one key at `at` and returns where the next one begins; undefined when more input is needed. */
  #readOne(at: number, events: KeyEvent[]): number | undefined {
    const code = this.#rest.charCodeAt(at);
    if (code !== 0x1b) return this.#readPlain(at, events);
    if (this.#rest.startsWith(pasteStart, at)) {
      this.#paste = { text: '', dropped: 0 };
      return at + pasteStart.length;
    }
    const sequence = readEscape(this.#rest, at);
    if (sequence === undefined) return undefined;
    if (sequence.key !== undefined) events.push(key(sequence.key));
    if (sequence.text !== undefined) events.push({ type: 'text', text: sequence.text });
    if (sequence.reply !== undefined) this.#onReply(sequence.reply);
    return at + sequence.length;
  }

  #readPlain(at: number, events: KeyEvent[]): number {
    const code = this.#rest.charCodeAt(at);
    if (code < 0x20 || code === 0x7f) {
      events.push(key(controlKey(code)));
      return at + 1;
    }
    const end = this.#rest.slice(at).search(/[\x00-\x1f\x7f-\x9f]/);
    if (end === 0) return at + 1;
    const text = end < 0 ? this.#rest.slice(at) : this.#rest.slice(at, at + end);
    events.push({ type: 'text', text });
    return at + text.length;
  }

  /** Collects pasted text up to its end mark, which may itself be split over chunks. */
  #readPaste(at: number, events: KeyEvent[]): number {
    const paste = this.#paste ?? { text: '', dropped: 0 };
    const end = this.#rest.indexOf(pasteEnd, at);
    const upTo = end < 0 ? this.#rest.length - partialMark(this.#rest, at) : end;
    const room = Math.max(0, maxPaste - paste.text.length);
    const text = this.#rest.slice(at, Math.min(upTo, at + room));
    this.#paste = { text: paste.text + text, dropped: paste.dropped + (upTo - at - text.length) };
    if (end < 0) return upTo;
    events.push({ type: 'paste', text: normalizeLines(this.#paste.text), dropped: this.#paste.dropped });
    this.#paste = undefined;
    return end + pasteEnd.length;
  }
}

/** How many characters at the end of the input may be the beginning of the end mark. */
function partialMark(input: string, from: number): number {
  for (let length = Math.min(pasteEnd.length - 1, input.length - from); length > 0; length--) {
    if (input.endsWith(pasteEnd.slice(0, length))) return length;
  }
  return 0;
}

/** Terminals send the line ends of a paste as carriage returns. */
function normalizeLines(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

function key(name: string): KeyEvent {
  return { type: 'key', name };
}
