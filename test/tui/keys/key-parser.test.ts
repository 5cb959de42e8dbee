import { describe, expect, it } from 'vitest';
import type { KeyEvent } from '../../../src/tui/keys/key-event.ts';
import { KeyParser } from '../../../src/tui/keys/key-parser.ts';

/** Keys as short words: 'enter', 'text:ls', 'paste:...'. */
function words(events: readonly KeyEvent[]): string[] {
  return events.map((event) => (event.type === 'key' ? event.name : `${event.type}:${event.text}`));
}

function parse(...chunks: (string | Buffer)[]): string[] {
  const parser = new KeyParser();
  return chunks.flatMap((chunk) => words(parser.feed(Buffer.from(chunk))));
}

describe('keys that arrive together', () => {
  it('are told apart: text and Enter in one read', () => {
    expect(parse('ls\r')).toEqual(['text:ls', 'enter']);
  });

  it('are told apart: a held Backspace', () => {
    expect(parse('\x7f\x7f\x7f')).toEqual(['backspace', 'backspace', 'backspace']);
  });

  it('are told apart: control keys around letters', () => {
    expect(parse('\x01\x0b\x07x\x1b[D\x1b[Cy')).toEqual(['ctrl+a', 'ctrl+k', 'ctrl+g', 'text:x', 'left', 'right', 'text:y']);
  });
});

describe('single keys', () => {
  it.each([
    ['\x7f', 'backspace'], ['\x1b[3~', 'delete'], ['\x08', 'ctrl+h'], ['\t', 'tab'], ['\x1b[Z', 'shift+tab'], ['\n', 'ctrl+j'],
    ['\x1f', 'ctrl+_'], ['\x00', 'ctrl+space'], ['\x1a', 'ctrl+z'],
    ['\x1b[H', 'home'], ['\x1b[1~', 'home'], ['\x1bOH', 'home'], ['\x1b[7~', 'home'],
    ['\x1b[F', 'end'], ['\x1b[4~', 'end'], ['\x1bOF', 'end'], ['\x1b[8~', 'end'],
    ['\x1b[5~', 'pageup'], ['\x1b[6~', 'pagedown'],
    ['\x1bOP', 'f1'], ['\x1b[11~', 'f1'], ['\x1b[[A', 'f1'], ['\x1b[1;5P', 'ctrl+f1'], ['\x1bO5P', 'ctrl+f1'], ['\x1bOQ', 'f2'], ['\x1b[15~', 'f5'],
    ['\x1b[1;5C', 'ctrl+right'], ['\x1b[1;3D', 'alt+left'], ['\x1b[1;2A', 'shift+up'], ['\x1b[1;6B', 'ctrl+shift+down'],
    ['\x1bOc', 'ctrl+right'], ['\x1b[d', 'shift+left'], ['\x1b[3^', 'ctrl+delete'], ['\x1b[3;5~', 'ctrl+delete'],
    ['\x1bb', 'alt+b'], ['\x1b\x7f', 'alt+backspace'], ['\x1b\r', 'alt+enter'], ['\x1b\x08', 'ctrl+alt+h'], ['\x1b\x1b[D', 'alt+left'],
    ['\x1bé', 'alt+é'], ['\x1b[97;5u', 'ctrl+a'], ['\x1b[27;5;9~', 'ctrl+tab'], ['\x1b[13;2u', 'shift+enter'],
  ])('%j is %s', (bytes, key) => {
    expect(parse(bytes)).toEqual([key]);
  });
});

describe('sequences', () => {
  it('may be split anywhere', () => {
    expect(parse('\x1b', '[1;', '5C')).toEqual(['ctrl+right']);
    expect(parse('\x1bO', 'P')).toEqual(['f1']);
  });

  it('that nobody knows are swallowed, with what is around them left alone', () => {
    expect(parse('a\x1b[?62;cb')).toEqual(['text:a', 'text:b']);
    expect(parse('a\x1b[<0;10;5Mb')).toEqual(['text:a', 'text:b']);
    expect(parse('a\x1b[M !!b')).toEqual(['text:a', 'text:b']);
    expect(parse('a\x1b]11;rgb:0000/0000/0000\x07b')).toEqual(['text:a', 'text:b']);
    expect(parse('a\x1bP1$r0m\x1b\\b')).toEqual(['text:a', 'text:b']);
    expect(parse('a\x1b[99~\x1b[Ib')).toEqual(['text:a', 'text:b']);
    expect(parse('a\x1b[12;40Rb')).toEqual(['text:a', 'text:b']);
  });

  it('that never end do not grow without bound', () => {
    const parser = new KeyParser();
    for (let count = 0; count < 20; count++) parser.feed(Buffer.from(`\x1b]${'x'.repeat(10_000)}`));
    parser.flush();
    expect(words(parser.feed(Buffer.from('a')))).toEqual(['text:a']);
  });
});

describe('a lone Escape', () => {
  it('waits, and is a key once the wait is over', () => {
    const parser = new KeyParser();
    expect(parser.feed(Buffer.from('\x1b'))).toEqual([]);
    expect(parser.isWaiting).toBe(true);
    expect(words(parser.flush())).toEqual(['escape']);
    expect(parser.isWaiting).toBe(false);
  });

  it('twice is two keys', () => {
    const parser = new KeyParser();
    expect([...parser.feed(Buffer.from('\x1b\x1b')), ...parser.flush()].map((event) => 'name' in event && event.name)).toEqual(['escape', 'escape']);
  });

  it('with a bracket is Alt and the bracket', () => {
    const parser = new KeyParser();
    parser.feed(Buffer.from('\x1b['));
    expect(words(parser.flush())).toEqual(['alt+[']);
  });
});

describe('text', () => {
  it('keeps characters whose bytes come in different reads', () => {
    const bytes = Buffer.from('é漢👍');
    expect(parse(...[...bytes].map((byte) => Buffer.from([byte])))).toEqual(['text:é', 'text:漢', 'text:👍']);
  });

  it('drops the control characters of the upper half', () => {
    expect(parse('a\u009bb')).toEqual(['text:a', 'text:b']);
  });
});

describe('a bracketed paste', () => {
  it('is one event, line ends made one kind', () => {
    expect(parse('x\x1b[200~one\rtwo\r\nthree\x1b[201~y')).toEqual(['text:x', 'paste:one\ntwo\nthree', 'text:y']);
  });

  it('is one event however it is cut, its marks included', () => {
    const text = 'a\x1b[Ab\tc'.repeat(2000);
    const bytes = Buffer.from(`\x1b[200~${text}\x1b[201~!`);
    for (const size of [1, 7, 2000]) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
      expect(parse(...chunks)).toEqual([`paste:${text}`, 'text:!']);
    }
  });

  it('does not wait for an Escape timeout', () => {
    const parser = new KeyParser();
    parser.feed(Buffer.from('\x1b[200~abc\x1b'));
    expect(parser.isWaiting).toBe(false);
  });

  it('that is far too long is cut and says by how much', () => {
    const parser = new KeyParser();
    const long = Buffer.from('x'.repeat(1 << 20));
    parser.feed(Buffer.from('\x1b[200~'));
    for (let count = 0; count < 5; count++) parser.feed(long);
    const [event] = parser.feed(Buffer.from('\x1b[201~'));
    expect(event).toMatchObject({ type: 'paste', dropped: 1 << 20 });
  });
});

describe('an answer of the terminal', () => {
  it('is no key, wherever it is cut, and keeps no key that stands around it', () => {
    const answer = '\x1b]11;rgb:ffff/ffff/ffff\x1b\\';
    for (let cut = 6; cut < answer.length; cut++) {
      const replies: string[] = [];
      const parser = new KeyParser((reply) => replies.push(reply));
      const events = [...parser.feed(Buffer.from(`a${answer.slice(0, cut)}`)), ...parser.flush(), ...parser.feed(Buffer.from(`${answer.slice(cut)}b`))];
      expect(replies).toEqual(['11;rgb:ffff/ffff/ffff']);
      expect(events).toEqual([{ type: 'text', text: 'a' }, { type: 'text', text: 'b' }]);
    }
  });
});
