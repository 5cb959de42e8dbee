import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { bin, temporaryFolder } from '../support/qmon.ts';
import { launch, type LaunchedTerminal } from '../support/terminal.ts';

let app: LaunchedTerminal | undefined;

afterEach(() => app?.kill());

async function open(env: Readonly<Record<string, string>>, args: readonly string[] = [], cols = 110): Promise<LaunchedTerminal> {
  app = launch([bin, ...args], { cols, rows: 36, env: { XDG_STATE_HOME: temporaryFolder(), XDG_CONFIG_HOME: temporaryFolder(), ...env } });
  await app.until(/^ide0-hd0 +\S/m, 20_000);
  await app.until(/ready, QEMU/);
  return app;
}

const colours = (written: string) => new Set([...written.matchAll(/\x1b\[([0-9;]+)m/g)].map(([, codes]) => codes));

describe('the screen', () => {
  it('uses sixteen colours on GNU screen and asks it nothing', async () => {
    const screen = await open({ TERM: 'screen', STY: '1.pts', COLORTERM: 'truecolor' });
    expect(screen.written()).not.toContain('\x1b]');
    expect([...colours(screen.written())].filter((codes) => /38;|48;/.test(codes ?? ''))).toEqual([]);
  });

  it('takes the colours of a light background, from the environment or as told', async () => {
    const told = await open({ COLORFGBG: '0;15' });
    expect(colours(told.written())).toContain('38;5;25');
    told.kill();
    const asked = await open({}, ['--theme', 'light']);
    expect(colours(asked.written())).toContain('38;5;25');
  });

  it('has no colour with NO_COLOR, and says everything all the same', async () => {
    const screen = await open({ NO_COLOR: '1' });
    screen.type('eject ide0-hd0\r');
    await screen.until('GenericError: ');
    expect([...colours(screen.written())].filter((codes) => /^(3|4|9|10)\d/.test(codes ?? ''))).toEqual([]);
  });

  it('is ASCII in a locale without UTF-8', async () => {
    const screen = await open({ LC_ALL: 'C' });
    await screen.until(/^-- .*--$/m);
    screen.type('info b\t');
    await screen.until(/block-jobs/);
    expect(screen.written()).toMatch(/^[\x00-\x7f]*$/);
  });

  it('keeps its meaning at 60 columns', async () => {
    const screen = await open({}, [], 60);
    await screen.until(/^ide1-cd0 .*closed/m);
    screen.type('eject ide1-cd0\r');
    await screen.until('tray open');
    await screen.until(/^qmon>$/m);
    expect(screen.screen().split('\n').every((row) => row.length < 60)).toBe(true);
  });

  it('takes what is typed while the terminal is asked for its background', async () => {
    app = launch([bin], { cols: 110, rows: 36, env: { XDG_STATE_HOME: temporaryFolder(), XDG_CONFIG_HOME: temporaryFolder() } });
    const text = 'info status';
    for (const key of text) {
      app.type(key);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await app.until(`qmon> ${text}`, 20_000);
    expect(app.written()).toContain('\x1b]11;?');
  });

  it('sends a few bytes for each key', async () => {
    const screen = await open({});
    for (const key of ['\x1bOR', '\x1bOS', '\x1b[15~']) screen.type(key);
    await screen.untilGone('BLOCK');
    await screen.untilGone('JOB');
    const line = 'zzzz this is no command of anybody';
    screen.type(line[0]!);
    await screen.until(`qmon> ${line[0]}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const before = screen.written().length;
    for (let typed = 2; typed <= line.length; typed++) {
      screen.type(line[typed - 1]!);
      await screen.until(new RegExp(`^qmon> ${line.slice(0, typed).trimEnd()}`, 'm'));
    }
    expect((screen.written().length - before) / (line.length - 1)).toBeLessThan(60);
  });
});

const hasTmux = spawnSync('tmux', ['-V'], { timeout: 20_000 }).status === 0;

describe.skipIf(!hasTmux)('the screen in tmux', () => {
  it('leaves no ghosts and prints each line once, however its window is dragged', async () => {
    const socket = join(temporaryFolder(), 'tmux');
    const state = temporaryFolder();
    const tmux = (...args: string[]) => execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], { encoding: 'utf8', timeout: 20_000 });
    onTestFinished(() => void spawnSync('tmux', ['-S', socket, 'kill-server'], { timeout: 20_000 }));
    const command = `env XDG_STATE_HOME=${state} XDG_CONFIG_HOME=${state} ${process.execPath} ${bin}`;
    tmux('new-session', '-d', '-x', '110', '-y', '30', command);
    const seen = () => tmux('capture-pane', '-p');
    await expect.poll(seen, { timeout: 20_000 }).toMatch(/^ide0-hd0 .*qcow2/m);
    tmux('send-keys', 'info version', 'Enter');
    await expect.poll(seen, { timeout: 8000 }).toContain('2.9.0');
    tmux('send-keys', 'typed');
    for (const [cols, rows] of [[70, 30], [130, 24], [60, 16], [100, 40]] as const) {
      tmux('resize-window', '-x', `${cols}`, '-y', `${rows}`);
      await expect.poll(seen, { timeout: 8000 }).toMatch(new RegExp(`^── .{${cols - 5}}─$`, 'm'));
    }
    tmux('send-keys', ' on');
    await expect.poll(seen, { timeout: 8000 }).toContain('qmon> typed on');
    const rows = seen().split('\n');
    expect(rows.filter((row) => row.startsWith('qmon> typed'))).toHaveLength(1);
    expect(rows.filter((row) => row.startsWith('JOB'))).toHaveLength(1);
    const printed = tmux('capture-pane', '-p', '-S', '-').split('\n');
    expect(printed.filter((row) => row.startsWith('qmon> info version'))).toHaveLength(1);
  });
});
