import type { ReadStream } from 'node:tty';
import type { Off } from '../../qmp/link.ts';
import type { KeyEvent } from './key-event.ts';
import { KeyParser } from './key-parser.ts';

/** How long an ESC waits for the rest of a sequence before it is the Escape key. */
const escapeTimeoutMs = 50;

export interface KeyListeners {
  /** All keys of one chunk together. */
  readonly onKeys: (events: KeyEvent[]) => void;
  /** What the terminal answers to questions. */
  readonly onReply?: (reply: string) => void;
}

/** Reads keys from a terminal. Returns the off switch. */
export function onKeys(stdin: ReadStream, typeAhead: Buffer | undefined, { onKeys: listener, onReply }: KeyListeners): Off {
  const parser = new KeyParser(onReply);
  let timer: NodeJS.Timeout | undefined;
  const onData = (chunk: Buffer | string) => {
    clearTimeout(timer);
    const events = parser.feed(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    if (events.length > 0) listener(events);
    if (parser.isWaiting) timer = setTimeout(() => listener(parser.flush()), escapeTimeoutMs);
  };
  if (typeAhead !== undefined && typeAhead.length > 0) onData(typeAhead);
  stdin.on('data', onData);
  stdin.resume();
  return () => {
    clearTimeout(timer);
    stdin.off('data', onData);
    stdin.pause();
  };
}
