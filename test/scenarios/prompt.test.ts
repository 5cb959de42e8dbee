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

/** Lines that begin with the prompt; those before the last are repeated input. */
function prompts(): string[] {
  return monitor.screen().split('\n').filter((line) => line.startsWith('qmon>'));
}

function promptLine(): string {
  return prompts().at(-1) ?? '';
}

describe('the prompt', () => {
  it('is there once, with the cursor behind it, and takes what was typed before the screen was up', async () => {
    monitor = launch([bundle.program], { env: { START_DELAY: '300' } });
    await monitor.until('qmon>');
    monitor.type('query-');
    await monitor.until(/^qmon> query-/m);
    await monitor.until('no job is running');
    expect(prompts()).toHaveLength(1);
    const rows = monitor.screen().split('\n');
    expect(monitor.cursor()).toEqual({ column: 12, row: rows.length - 1, isHidden: false });
  });

  it('runs a line and prints the line and its answer above the panels', async () => {
    await open();
    monitor.type('hello there\r');
    await monitor.until('ran: hello there');
    const lines = monitor.history();
    const answer = lines.indexOf('ran: hello there');
    expect(lines[answer - 1]).toBe('qmon> hello there');
    expect(lines.findIndex((line) => line.startsWith('BLOCK'))).toBeGreaterThan(answer);
    expect(promptLine().trimEnd()).toBe('qmon>');
  });

  it('understands keys that come joined in one write', async () => {
    await open();
    monitor.type('one\rtwo\x7f\x7fhree\r\x1b[A\x01x');
    await monitor.until('ran: three');
    await monitor.until(/^qmon> xthree/m);
    expect(monitor.history().filter((line) => line.startsWith('ran:'))).toEqual(['ran: one', 'ran: three']);
    await expect.poll(() => monitor.cursor().column).toBe('qmon> x'.length);
  });

  it('shows errors in red', async () => {
    await open();
    monitor.type('fail\r');
    await monitor.until('GenericError');
    const row = monitor.screen().split('\n').findIndex((line) => line.startsWith('GenericError'));
    expect(monitor.cell(0, row).getFgColor()).toBe(1);
  });

  it('places the cursor behind wide characters', async () => {
    await open();
    monitor.type('漢字é👍');
    await monitor.until(/漢字é👍/);
    expect(monitor.cursor().column).toBe(6 + 2 + 2 + 1 + 2);
    monitor.type('\x7f\x7f');
    await monitor.untilGone('é');
    expect(monitor.cursor().column).toBe(6 + 4);
  });

  it('adds lines while a JSON message is open, and moves between them', async () => {
    await open();
    monitor.type('{ "execute":\r');
    await monitor.until('  ... ');
    monitor.type('"query-block" ');
    await monitor.until('... "query-block"');
    monitor.type('\x1b[A\x05x\x7f\x1b[B\x05}\r');
    await monitor.until('ran: { "execute":');
    expect(monitor.history()).toContain('  ... "query-block" }');
  });

  it('takes a paste of 12 kB as one piece of text', async () => {
    await open();
    const pasted = Array.from({ length: 200 }, (_, index) => `  "key${index}": "${'v'.repeat(45)}",`).join('\n');
    expect(pasted.length).toBeGreaterThan(12_000);
    monitor.type(`\x1b[200~{\n${pasted}\n\x1b[201~`);
    await monitor.until(/rows? above/);
    await monitor.until('"key199"');
    monitor.type('}\r');
    await monitor.untilGone('more rows above');
    await monitor.until('"key199": "' + 'v'.repeat(45) + '",}');
    expect(monitor.history().filter((line) => /^ {2}\.\.\. {3}"key\d+"/.test(line))).toHaveLength(200);
  });

  it('cannot be steered by what the far end prints', async () => {
    await open();
    monitor.type('escape\r');
    await monitor.until('bell^G clear^[[2J red^[[31m tab end');
    expect(prompts()).toHaveLength(2);
  });

  it('stays alive while a command hangs: typing goes on, Ctrl-C stops waiting', async () => {
    await open({ cols: 100 });
    monitor.type('hang\r');
    await monitor.until('waiting for hang');
    monitor.type('next line');
    await monitor.until(/^qmon> next line/m);
    monitor.type('\r');
    await monitor.until('1 more wait');
    monitor.type('\x03');
    await monitor.until('not sent: next line');
    monitor.type('again\r');
    await monitor.until('ran: again');
  });

  it('prints an answer that comes after the waiting was stopped', async () => {
    await open();
    monitor.type('slow 700\r');
    await monitor.until('waiting for slow');
    monitor.type('\x03');
    await monitor.until('no longer waiting');
    await monitor.until('late answer to: slow 700');
    await monitor.until('slowly done');
  });
});

describe('completion', () => {
  it('puts in a single candidate at once', async () => {
    await open();
    monitor.type('ej\t');
    await monitor.until(/^qmon> eject /m);
  });

  it('puts in what candidates share, lists them in at most eight rows, and takes the chosen one', async () => {
    await open();
    monitor.type('b\t');
    await monitor.until(/^qmon> block/m);
    await monitor.until('│');
    expect(monitor.screen().split('\n').filter((line) => line.includes('│')).length).toBeLessThanOrEqual(8);
    monitor.type('\t\t');
    await monitor.until('▸ block-job-pause');
    monitor.type('\r');
    await monitor.until(/^qmon> block-job-pause/m);
    await monitor.untilGone('│');
  });

  it('narrows the list as more is typed, and Escape closes it', async () => {
    await open();
    monitor.type('blockdev-\t');
    await monitor.until('blockdev-change-medium');
    monitor.type('c');
    await monitor.untilGone('blockdev-open-tray');
    await monitor.until('blockdev-close-tray');
    monitor.type('\x1b');
    await monitor.untilGone('│');
    await monitor.until(/^qmon> blockdev-c/m);
  });

  it('says what is expected behind the caret', async () => {
    await open();
    monitor.type('eject ');
    await monitor.until('‹device›');
  });
});

describe('older lines', () => {
  it('come back with Up and go with Down', async () => {
    await open();
    monitor.type('\x1b[A');
    await monitor.until(/^qmon> info block-jobs/m);
    monitor.type('\x1b[A');
    await monitor.until(/^qmon> eject ide1-cd0/m);
    monitor.type('\x1b[B\x1b[B');
    await monitor.untilGone(/^qmon> \w/m);
  });

  it('are found with Ctrl-R', async () => {
    await open();
    monitor.type('\x12cd0');
    await monitor.until('search: cd0   eject ide1-cd0');
    monitor.type('\r');
    await monitor.until('ran: eject ide1-cd0');
    monitor.type('\x12zzz');
    await monitor.until('no such line: zzz');
    monitor.type('\x03');
    await monitor.untilGone('no such line');
  });
});

describe('leaving', () => {
  it('takes Ctrl-D on an empty line', async () => {
    await open();
    monitor.type('\x04');
    expect(await monitor.exited()).toBe(0);
    expect(monitor.screen()).not.toContain('BLOCK');
  });

  it('takes Ctrl-C twice on an empty line, once only clears it', async () => {
    await open();
    monitor.type('text\x03');
    await monitor.untilGone('qmon> text');
    monitor.type('\x03');
    await monitor.until('Ctrl-C again leaves');
    monitor.type('\x03');
    expect(await monitor.exited()).toBe(0);
  });

  it('takes a command that says so', async () => {
    await open();
    monitor.type('quit\r');
    expect(await monitor.exited()).toBe(0);
    expect(monitor.history().join('\n').trimEnd().endsWith('qmon> quit')).toBe(true);
  });
});
