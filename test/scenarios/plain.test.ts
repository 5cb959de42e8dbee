import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { describeWithQemu } from '../support/qemu.ts';
import { bin, runQmon, temporaryFolder } from '../support/qmon.ts';
import { launch, type LaunchedTerminal, type LaunchOptions } from '../support/terminal.ts';
import { remotePlace } from '../support/two-links.ts';

let app: LaunchedTerminal | undefined;

afterEach(() => app?.kill());

async function open(args: readonly string[], { env, ...options }: LaunchOptions = {}): Promise<LaunchedTerminal> {
  app = launch([bin, ...args], { cols: 110, rows: 40, ...options, env: { XDG_STATE_HOME: temporaryFolder(), ...env } });
  await app.until(/^qmon> ?$/m, 20_000);
  return app;
}

/** Escape sequences that move, erase or colour. */
const controls = /\x1b\[[0-9;?]*[A-Za-z]/g;

describe('the line mode', () => {
  it.each([
    ['--plain', ['--plain'], {}], ['TERM=dumb', [], { TERM: 'dumb' }], ['INK_SCREEN_READER', [], { INK_SCREEN_READER: '1' }],
  ] as const)('is chosen by %s', async (_, args, env) => {
    const screen = await open(args, { env });
    expect(screen.screen()).toContain("'panel' the panels");
    expect(screen.screen()).toContain('synthetic guest');
    screen.type('panel blocks\r');
    await screen.until(/^ide0-hd0 +#block\d+ +qcow2/m);
    await screen.until(/^ide1-cd0 .* closed/m);
    screen.type('quit\r');
    expect(await screen.exited()).toBe(0);
    expect(screen.written()).not.toContain('─');
  });

  it('writes no escape sequence at all to a dumb terminal', async () => {
    const screen = await open([], { env: { TERM: 'dumb' } });
    screen.type('info block\r');
    await screen.until(/^floppy0 +\(empty\)/m);
    screen.type('eject ide0-hd0\r');
    await screen.until(/^error: GenericError: Device 'ide0-hd0' is not removable\nqmon>$/m);
    screen.type('eject ide1-cd0\r');
    await screen.until(/^event: [\d:.]+ DEVICE_TRAY_MOVED {2}ide1-cd0: tray open/m);
    screen.type('quit\r');
    expect(await screen.exited()).toBe(0);
    expect(screen.written()).not.toContain('\x1b');
  });

  it('asks before Ctrl-C leaves a dumb terminal, and leaves at the second', async () => {
    const screen = await open([], { env: { TERM: 'dumb' } });
    screen.type('\x03');
    await screen.until('Ctrl-C again, Ctrl-D or quit leaves');
    screen.type('\x03');
    expect(await screen.exited()).toBe(0);
  });

  it('colours nothing', async () => {
    const screen = await open(['--plain'], { env: { FORCE_COLOR: '3' } });
    screen.type('query-nothing\rpanel stats\r{execute: "query-status"}\r');
    await screen.until('"running": true');
    expect(screen.written().match(controls)?.filter((sequence) => sequence.endsWith('m')) ?? []).toEqual([]);
  });

  it('edits the line, completes it, and lists candidates as text', async () => {
    const screen = await open(['--plain']);
    screen.type(`ejct ide1${'\x1b[D'.repeat(7)}e\x05\t`);
    await screen.until(/^qmon> eject ide1-cd0/m);
    screen.type('\x15panel \t');
    await screen.until(/^ {2}blocks +block devices$/m);
    await screen.until(/^qmon> panel$/m);
    screen.type('s\t');
    await screen.until(/^qmon> panel stats$/m);
    screen.type('\r');
    await screen.until(/^ide0-hd0 .*B\/s/m);
    screen.type('\x15block_job_c\t');
    await screen.until(/^ {2}block_job_cancel +\S/m);
    await screen.until(/^qmon> block_job_c$/m);
    screen.type('\x15\x1b[A');
    await screen.until(/^qmon> panel stats/m);
  });

  it('prints what happens above the line that is being typed', async () => {
    const screen = await open(['--plain'], { cols: 40 });
    const line = `info block and much more than fits into the width of it`;
    screen.type(`eject ide1-cd0\r${line}`);
    await screen.until(/DEVICE_TRAY_MOVED/);
    await screen.until(/^qmon> info block and much more than fit\n {6}s into the width of it$/m);
    expect(screen.history().filter((row) => row.startsWith(`qmon> ${line.slice(0, 20)}`))).toHaveLength(1);
  });

  it('drops the line with Ctrl-C, keeps nothing secret, and leaves with Ctrl-D', async () => {
    const screen = await open(['--plain']);
    screen.type('object-add qom-type=secret id=s0 data=hush\r');
    await screen.until(/^ok$|error/m);
    screen.type('unfinished\x03');
    await screen.until(/^qmon>$/m);
    screen.type('\x1b[A');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(screen.screen().split('\n').at(-1)?.trim()).toBe('qmon>');
    screen.type('\x04');
    expect(await screen.exited()).toBe(0);
  });

  it('runs and repeats every line of a pipe, and ends as exec does', async () => {
    const good = await runQmon([], { input: '# a comment\ninfo status\n{execute:\n"query-status"}\n' });
    expect(good.stdout).toBe('qmon> # a comment\nqmon> info status\nVM status: running\nqmon> {execute:\n  ... "query-status"}\n'
      + '{\n    "running": true,\n    "singlestep": false,\n    "status": "running"\n}\n');
    expect(good.status).toBe(0);
    const bad = await runQmon([], { input: 'eject ide0-hd0\ninfo status\n' });
    expect(bad.stdout).toContain("error: GenericError: Device 'ide0-hd0' is not removable\nqmon> info status\nVM status: running\n");
    expect(bad.status).toBe(1);
  });

  it('gives up at once where nobody listens', async () => {
    const { status } = await runQmon(['--connect', join(temporaryFolder(), 'nobody')], { input: 'info block\n' });
    expect(status).toBe(1);
  });
});

describeWithQemu('the line mode on a real QEMU', () => {
  it('follows a job from its start to its end', async () => {
    const vm = await remotePlace();
    const screen = await open(['--plain', ...vm.args]);
    screen.type(`drive_mirror -f ide0-hd0 "${join(vm.folder, 'copy.qcow2')}" qcow2\r`);
    await screen.until(/^event: .* BLOCK_JOB_READY/m);
    await screen.until(/^job ide0-hd0: ready: complete to switch over/m);
    screen.type('panel jobs\r');
    await screen.until(/^ide0-hd0 +mirror .* ready/m);
    screen.type('block_job_complete ide0-hd0\r');
    await screen.until(/^event: .* BLOCK_JOB_COMPLETED {2}mirror ide0-hd0 done/m);
    screen.type('panel jobs\r');
    await screen.until(/^ide0-hd0 +mirror .* completed/m);
    screen.type('quit\r');
    expect(await screen.exited()).toBe(0);
    expect(existsSync(vm.socket)).toBe(true);
  });
});
