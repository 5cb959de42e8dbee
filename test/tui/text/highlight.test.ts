import { describe, expect, it } from 'vitest';
import { jsonParts, paintRow, wordParts } from '../../../src/tui/text/highlight.ts';
import type { PaintedPart } from '../../../src/tui/text/highlight.ts';
import { clipboardSequence } from '../../../src/tui/screen/clipboard.ts';

const texts = (text: string, parts: readonly PaintedPart[]) => parts.map(({ from, to }) => text.slice(from, to));
const marked = (text: string, parts: readonly PaintedPart[]) => paintRow(text, 0, parts.map((part) => ({ ...part, paint: (one: string) => `<${one}>` })));

describe('the parts of JSON', () => {
  it('are names, texts, numbers and words, finished or not', () => {
    const text = '{"execute": \'x y\', arguments: {n: -1.5, on: true, "open';
    expect(marked(text, jsonParts(text))).toBe('{<"execute">: <\'x y\'>, <arguments>: {<n>: <-1.5>, <on>: <true>, <"open>');
  });
});

describe('the parts of a line of words', () => {
  const knows = (name: string) => name === 'eject';

  it('are the command, switches, keys and quoted words', () => {
    const text = 'eject -f --force device=x "a b" file.x=\'c d\' plain';
    expect(texts(text, wordParts(text, knows))).toEqual(['eject', '-f', '--force', 'device=', '"a b"', 'file.x=', "'c d'"]);
  });

  it('leave a word alone that may still become a command', () => {
    expect(wordParts('ejec', knows)).toEqual([]);
    expect(texts('ejec x', wordParts('ejec x', knows))).toEqual(['ejec']);
    expect(wordParts('ejec x', () => undefined)).toEqual([]);
  });
});

describe('painting a row', () => {
  it('paints what falls into it, across the ends of rows', () => {
    const parts = [{ from: 2, to: 8, paint: (text: string) => `<${text}>` }];
    expect([paintRow('01234', 0, parts), paintRow('56789', 5, parts)]).toEqual(['01<234>', '<567>89']);
  });
});

describe('the clipboard', () => {
  it('takes text of any kind up to what terminals take', () => {
    expect(clipboardSequence('é')).toBe('\x1b]52;c;w6k=\x07');
    expect(clipboardSequence('x'.repeat(60_000))).toBeUndefined();
  });
});
