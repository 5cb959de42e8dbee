import { describe, expect, it } from 'vitest';
import { colourLevel, createTheme, type Theme } from '../../src/tui/theme.ts';

const painted = (theme: Theme) => Object.values(theme).map((paint) => (paint as (text: string) => string)('x')).join('');
const colours = /\x1b\[[0-9;]*(3[0-8]|4[0-8]|9[0-7])[0-9;]*m/;

describe('a theme', () => {
  it('has weight and inversion, but no colour, in mono', () => {
    expect(painted(createTheme('mono', 3))).not.toMatch(colours);
    expect(createTheme('mono', 3).chosen('x')).toBe('\x1b[7mx\x1b[27m');
  });

  it('is plain text at level 0', () => {
    for (const name of ['dark', 'light', 'mono'] as const) expect(painted(createTheme(name, 0))).toBe('xxxxxxxxx');
  });

  it('uses the sixteen colours in the dark, and neither yellow nor cyan in the light', () => {
    expect(createTheme('dark', 3).warn('x')).toBe('\x1b[33mx\x1b[39m');
    for (const level of [1, 2, 3] as const) expect(painted(createTheme('light', level))).not.toMatch(/\x1b\[(33|36)m/);
    expect(createTheme('light', 1).warn('x')).toBe('\x1b[35mx\x1b[39m');
    expect(createTheme('light', 2).warn('x')).toBe('\x1b[38;5;130mx\x1b[39m');
  });
});

describe('the number of colours', () => {
  it.each([
    [{ TERM: 'xterm-256color' }, 2, 2], [{ TERM: 'xterm-kitty' }, 3, 3], [{ TERM: 'screen', COLORTERM: 'truecolor' }, 3, 1], [{ TERM: 'linux' }, 3, 1],
    [{ TERM: 'xterm-256color', NO_COLOR: '1' }, 2, 1], [{ TERM: 'dumb' }, 0, 0], [{ TERM: 'xterm-256color', NO_COLOR: '' }, 2, 2],
  ] as const)('with %j, where %i is supported, is %i', (env, supported, wanted) => {
    expect(colourLevel(env, supported)).toBe(wanted);
  });
});
