import { describe, expect, it } from 'vitest';
import { BackgroundQuestion, canBeAsked, readBackground, toldBackground } from '../../../src/tui/screen/background.ts';

describe('the background', () => {
  it.each([['15;0', 'dark'], ['0;15', 'light'], ['0;default;7', 'light'], ['12;8', 'dark'], ['0', undefined], ['', undefined]] as const)(
    'is told by COLORFGBG=%s: %s', (value, wanted) => {
      expect(toldBackground({ COLORFGBG: value })).toBe(wanted);
    });

  it.each([
    ['11;rgb:0000/0000/0000', 'dark'], ['11;rgb:ffff/ffff/ffff', 'light'], ['11;rgb:fd/f6/e3', 'light'], ['11;rgba:1e1e/1e1e/1e1e/ffff', 'dark'],
    ['11;rgb:f/f/f', 'light'], ['10;rgb:ffff/ffff/ffff', undefined], ['11;?', undefined],
  ] as const)('is read from the answer %s: %s', (reply, wanted) => {
    expect(readBackground(reply)).toBe(wanted);
  });

  it.each([
    [{ TERM: 'xterm-256color' }, true], [{ TERM: 'screen-256color', TMUX: '/tmp/t' }, true], [{ TERM: 'screen' }, false],
    [{ TERM: 'xterm', STY: '1.pts' }, false], [{ TERM: 'linux' }, false], [{ TERM: 'vt220' }, false], [{}, false],
  ])('is asked for with %j: %s', (env, wanted) => {
    expect(canBeAsked(env)).toBe(wanted);
  });

  it('lets nobody wait who has not asked, or who has got the answer', async () => {
    const told: string[] = [];
    const question = new BackgroundQuestion((background) => told.push(background));
    await question.settled();
    question.ask((text) => told.push(text));
    question.take('11;rgb:ffff/ffff/ffff');
    question.take('?62;c');
    await question.settled();
    expect(told).toEqual(['\x1b]11;?\x1b\\\x1b[c', 'light']);
    question.ask(() => undefined);
    question.take('?1;2c');
    await question.settled();
  });
});
