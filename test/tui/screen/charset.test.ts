import { describe, expect, it } from 'vitest';
import { asciiText, inCharset, isUtf8 } from '../../../src/tui/screen/charset.ts';
import { cellWidth } from '../../../src/tui/text/graphemes.ts';

describe('a locale', () => {
  it.each([
    [{ LANG: 'C.UTF-8' }, true], [{ LANG: 'de_DE.utf8' }, true], [{ LANG: 'C' }, false], [{ LC_ALL: 'POSIX', LANG: 'en_US.UTF-8' }, false],
    [{ LC_ALL: '', LC_CTYPE: 'en_US.ISO-8859-1' }, false], [{}, true],
  ])('%j has UTF-8: %s', (env, wanted) => {
    expect(isUtf8(env)).toBe(wanted);
  });
});

describe('ASCII in the place of other characters', () => {
  it.each([['── ready ─', '-- ready -'], ['▁▂▃▄▅▆▇█', '_.,-=+*#'], ['├ a', '| a'], ['└ b…', '` b~'], ['━━┄┄', '==--'], ['⠋', '*'], ['→ [ready]', '> [ready]']])(
    'makes %j %j', (text, wanted) => {
      expect(asciiText(text)).toBe(wanted);
    });

  it.each(['日本語.qcow2', 'e\u0301te\u0301.img', '👩‍👩‍👧 family', 'שלום', '\x1b[1m│\x1b[22m'])('takes as many cells for %j', (text) => {
    expect(asciiText(text)).toMatch(/^[\x00-\x7f]*$/);
    const shown = (line: string) => cellWidth(line.replace(/\x1b\[\d+m/g, ''));
    expect(shown(asciiText(text))).toBe(shown(text));
  });

  it('is written only where the locale needs it', () => {
    let written = '';
    const terminal = { columns: 80, rows: 24, write: (text: string) => (written += text) };
    inCharset(terminal, { LANG: 'C.UTF-8' }).write('─');
    inCharset(terminal, { LANG: 'C' }).write('─');
    expect(written).toBe('─-');
  });
});
