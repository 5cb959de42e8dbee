import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bundleTui } from '../support/bundle-tui.ts';
import { launch } from '../support/terminal.ts';
import type { LaunchedTerminal, LaunchOptions } from '../support/terminal.ts';

let bundle: Awaited<ReturnType<typeof bundleTui>>;
let monitor: LaunchedTerminal;

beforeAll(async () => { bundle = await bundleTui(); });
afterAll(() => bundle.remove());
afterEach(() => monitor.kill());

async function open(options: LaunchOptions = {}): Promise<LaunchedTerminal> {
  monitor = launch([bundle.program], options);
  await monitor.until('no job is running');
  return monitor;
}

const rows = () => monitor.screen().split('\n');
const count = (text: string) => monitor.screen().split(text).length - 1;
/** Printed lines 'line N', in the order in which the terminal holds them. */
const printedNumbers = () => monitor.history().flatMap((line) => /^line (\d+)$/.exec(line)?.[1] ?? []).map(Number);
const numbers = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

/** One prompt, one status bar, and nothing of an older frame. */
function expectOneLiveBlock(): void {
  expect(count('BLOCK')).toBe(1);
  expect(count('ready, QEMU')).toBe(1);
  expect(rows().filter((row) => row.startsWith('qmon> typed'))).toHaveLength(1);
  expect(monitor.cursor().row).toBe(rows().findIndex((row) => row.startsWith('qmon> typed')));
}

describe('the inline screen', () => {
  it('keeps the live block within 60 % of the rows, from 60x16 to 250x70', async () => {
    for (const [cols, height] of [[60, 16], [80, 24], [120, 40], [250, 70]] as const) {
      await open({ cols, rows: height });
      monitor.type('disks 60\r');
      await monitor.until('60 more disks');
      monitor.type('jobs 30\r');
      await monitor.until(/^job0/m);
      await monitor.until('more');
      const top = rows().findIndex((row) => row.startsWith('BLOCK'));
      expect(rows().length - top).toBeLessThanOrEqual(Math.floor(height * 0.6));
      expect(Math.max(...rows().map((row) => row.length))).toBeLessThanOrEqual(cols);
      monitor.kill();
    }
  });

  it('keeps every printed line in the scrollback, in order', async () => {
    await open();
    monitor.type('lines 500\r');
    await monitor.until(/^line 500$/m);
    expect(printedNumbers()).toEqual(numbers(500));
  });

  it('prints 100,000 lines and all of them arrive', async () => {
    await open();
    monitor.type('lines 100000\r');
    await monitor.until(/^line 100000$/m, 20_000);
    const printed = printedNumbers();
    expect(printed).toEqual(numbers(100_000).slice(-printed.length));
    monitor.type('still alive\r');
    await monitor.until('ran: still alive');
  });

  it('shows events in the output without disturbing the line being typed', async () => {
    await open({ cols: 100 });
    monitor.type('flood 1000\r');
    await monitor.until('more events');
    const text = 'block-stream device=ide0-hd0 speed=10M';
    for (const key of text) {
      monitor.type(key);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await monitor.until(`qmon> ${text}`);
    monitor.type('\x15flood 0\r');
    await monitor.until('calm again');
    expect(monitor.history().filter((line) => line.startsWith('◆')).length).toBeGreaterThan(10);
  });

  it.each([
    ['narrower', 70, 30], ['wider', 180, 30], ['taller', 110, 50], ['shorter', 110, 18], ['smallest', 60, 16], ['biggest', 250, 70],
  ])('survives getting %s', async (_title, cols, height) => {
    await open({ cols: 110, rows: 30 });
    monitor.type('lines 60\r');
    await monitor.until(/^line 60$/m);
    monitor.type('typed');
    await monitor.until('qmon> typed');
    monitor.resize(cols, height);
    await monitor.until(new RegExp(`^── .*──$`, 'm'));
    await monitor.until(new RegExp(`^─{${cols - 1}}$|^── .{${cols - 5}}─$`, 'm'));
    monitor.type(' on');
    await monitor.until('qmon> typed on');
    expectOneLiveBlock();
    expect(printedNumbers()).toEqual(numbers(60));
  });

  it('survives being dragged through many sizes', async () => {
    await open({ cols: 120, rows: 30 });
    monitor.type('lines 60\r');
    await monitor.until(/^line 60$/m);
    monitor.type('typed');
    await monitor.until('qmon> typed');
    for (let step = 0; step < 30; step++) {
      const cols = 120 - 2 * step;
      monitor.resize(cols, 30 - (step % 4));
      await monitor.until(new RegExp(`^── .{${cols - 5}}─$`, 'm'));
    }
    expectOneLiveBlock();
    expect(printedNumbers()).toEqual(numbers(60));
  });

  it('clears the screen with Ctrl-L and keeps the line', async () => {
    await open();
    monitor.type('lines 5\r');
    await monitor.until(/^line 5$/m);
    monitor.type('typed\x0c');
    await monitor.untilGone(/^line 5$/m);
    await monitor.until('qmon> typed');
    expectOneLiveBlock();
  });
});

describe('the panels', () => {
  it('show devices, rates and jobs', async () => {
    await open({ cols: 140, rows: 40 });
    monitor.type('jobs 3\r');
    await monitor.until(/^job2 .* ready/m);
    await monitor.until(/^ide0-hd0 +#block146 +qcow2 +10 GiB/m);
    await monitor.until(/^ide1-cd0 .*locked/m);
    await monitor.until(/^floppy0 .*open .*no medium/m);
    await monitor.until(/^ide0-hd0 .*\d KiB\/s .*▁/m);
    await monitor.until(/^job0 +stream +━+┄+ +\d+\.\d% +\d+ MiB\/s .*s +running .*50 MiB\/s +pause, cancel, set-speed/m);
    await monitor.until(/^job1 .*paused/m);
    await monitor.until('synthetic guest');
  });

  it('are put away and brought back by their keys', async () => {
    await open();
    monitor.type('\x1bOR');
    await monitor.untilGone('BLOCK');
    monitor.type('\x1b[20~');
    await monitor.until('BLOCK');
    monitor.type('\x1b[20~');
    await monitor.untilGone('no job is running');
    expect(rows().at(-1)?.trimEnd()).toBe('qmon>');
    monitor.type('\x1b[20~');
    await monitor.until('no job is running');
  });

  it('say where the link is in its life', async () => {
    await open({ cols: 120 });
    monitor.type('link silent\r');
    await monitor.until('connected, but another client holds this monitor');
    monitor.type('link waiting\r');
    await monitor.until('not connected (connection refused), trying again in 5 s');
    await monitor.until('trying again in 4 s');
    await monitor.until('Enter tries now');
    monitor.type('\r');
    await monitor.until('ready, QEMU 7.2.0');
    monitor.type('link connecting\r');
    await monitor.until('─ connecting');
    monitor.type('link ready\r');
    await monitor.until('ready, QEMU 7.2.0 ─ VM running');
  });
});

describe('a panel that has the keys', () => {
  const f6 = '\x1b[17~';

  it('acts on the chosen row: what is harmless at once, what ends something by a line in the prompt', async () => {
    await open({ cols: 120, rows: 40 });
    monitor.type('jobs 3\r');
    await monitor.until(/^job2 .* ready/m);
    monitor.type(f6);
    await monitor.until('■  BLOCK');
    monitor.type(`${f6}${f6}`);
    await monitor.until('■  JOB');
    await monitor.until(/^▸\+ job0/m);
    monitor.type('p');
    await monitor.until(/^ran: block-job-pause device=job0/m);
    monitor.type('c');
    await monitor.until("'complete' cannot be asked of job 'job0', which is running");
    monitor.type('jj');
    await monitor.until(/^▸\+ job2/m);
    await monitor.until('c complete');
    monitor.type('c');
    await monitor.until(/^qmon> block-job-complete device=job2$/m);
    expect(monitor.screen()).not.toContain('■');
    monitor.type('\r');
    await monitor.until(/^ran: block-job-complete device=job2/m);
  });

  it('is filtered, ordered, unfolded and zoomed, and gives the keys back to the line as it was', async () => {
    await open({ cols: 120, rows: 40 });
    monitor.type('disks 1000\r');
    await monitor.until('1000 more disks');
    monitor.type(`typed${f6}`);
    await monitor.until('■  BLOCK');
    await monitor.until(/BLOCK \+99\d more/);
    monitor.type('G');
    await monitor.until(/^▸. +virtio999/m);
    monitor.type('/virtio99 !999');
    await monitor.until('filter: virtio99 !999▏  10 of 1004');
    monitor.type('\roO');
    await monitor.until(/BLOCK▲/);
    await monitor.until(/▸. +virtio99 .*\n.*virtio990 /);
    monitor.type('z');
    await monitor.untilGone('R-IOPS');
    monitor.type('z');
    await monitor.until('R-IOPS');
    monitor.type('y');
    await monitor.until('does nothing here');
    monitor.type('\x1b');
    await monitor.untilGone('■');
    monitor.type(' on');
    await monitor.until('qmon> typed on');
    expectOneLiveBlock();
  });
});

describe('the help', () => {
  it('is printed by F1, and by ? on an empty line only', async () => {
    await open({ cols: 120, rows: 60 });
    monitor.type('?');
    await monitor.until('undoes the last change');
    monitor.type('a?');
    await monitor.until('qmon> a?');
  });
});

describe('the full screen', () => {
  it('shows panels and output, and gives back the scrollback with what was printed meanwhile', async () => {
    await open({ cols: 100, rows: 40 });
    monitor.type('lines 80\r');
    await monitor.until(/^line 80$/m);
    monitor.type('\x1bOQ');
    await monitor.until('PgUp scrolls back');
    expect(monitor.isFullScreen()).toBe(true);
    await monitor.until(/^line 80$/m);
    monitor.type('\x1b[5~\x1b[5~');
    await monitor.untilGone(/^line 80$/m);
    await monitor.until('rows back, PgDn returns');
    monitor.type('\x1b[6~\x1b[6~');
    await monitor.until(/^line 80$/m);
    monitor.type('in between\r');
    await monitor.until('ran: in between');
    monitor.type('typed\x0f');
    await monitor.until('F2 full screen');
    await monitor.until('qmon> typed');
    expect(monitor.isFullScreen()).toBe(false);
    expectOneLiveBlock();
    expect(printedNumbers()).toEqual(numbers(80));
    expect(monitor.history().filter((line) => line === 'ran: in between')).toHaveLength(1);
  });

  it('survives a resize', async () => {
    await open({ cols: 100, rows: 40 });
    monitor.type('typed\x1bOQ');
    await monitor.until('PgUp scrolls back');
    for (const [cols, height] of [[60, 16], [200, 60], [80, 24]] as const) {
      monitor.resize(cols, height);
      await monitor.until(new RegExp(`^── .{${cols - 5}}─$`, 'm'));
      await monitor.until('qmon> typed');
      expectOneLiveBlock();
      expect(rows()).toHaveLength(height);
    }
  });
});

describe('the terminal', () => {
  const expectRestored = () => {
    expect(monitor.isFullScreen()).toBe(false);
    expect(monitor.isPasteBracketed()).toBe(false);
    expect(monitor.cursor().isHidden).toBe(false);
    expect(monitor.screen()).not.toContain('BLOCK');
  };

  it.each([['SIGTERM', 143], ['SIGINT', 130], ['SIGHUP', 129]] as const)('is given back after %s', async (name, status) => {
    await open();
    monitor.type('\x1bOQ');
    await monitor.until('PgUp scrolls back');
    monitor.signal(name);
    expect(await monitor.exited()).toBe(status);
    expectRestored();
  });

  it('is given back after a crash, which is then told', async () => {
    await open();
    monitor.type('crash\r');
    expect(await monitor.exited()).toBe(1);
    expectRestored();
    expect(monitor.screen()).toContain('made to crash');
  });

  it('is given back while a shell has stopped the program, and taken again when it goes on', async () => {
    monitor = launch(['--norc', '--noediting', '-i'], { file: 'bash', env: { PS1: 'shell$ ', HISTFILE: '' } });
    await monitor.until('shell$');
    monitor.type(`${process.execPath} ${bundle.program}\n`);
    await monitor.until('no job is running');
    monitor.type('typed');
    await monitor.until('qmon> typed');
    monitor.type('\x1a');
    await monitor.until('Stopped');
    expectRestored();
    monitor.type('stty -a | grep -ow -- -*icanon\n');
    await monitor.until(/^icanon/m);
    monitor.type('fg\n');
    await monitor.until('no job is running');
    monitor.type(' on');
    await monitor.until('qmon> typed on');
    expectOneLiveBlock();
    expect(monitor.isPasteBracketed()).toBe(true);
    monitor.type('\x15\x04');
    await monitor.untilGone('no job is running');
    monitor.type('exit\n');
    await monitor.exited();
  });

  it('is not given away where nobody could continue the program', async () => {
    await open();
    monitor.type('typed\x1a');
    await expect.poll(() => monitor.written().split('\x1b[?2004h').length - 1).toBe(2);
    monitor.type(' on');
    await monitor.until('qmon> typed on');
    expectOneLiveBlock();
  });
});
