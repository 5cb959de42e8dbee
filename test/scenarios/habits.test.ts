import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { describeWithQemu } from '../support/qemu.ts';
import { bin, runQmon } from '../support/qmon.ts';
import { launch, type LaunchedTerminal } from '../support/terminal.ts';
import { embeddedPlace, remotePlace, twoLinks } from '../support/two-links.ts';
import type { Place } from '../support/two-links.ts';

// Working habits, typed over both links.

let place: Place;
let app: LaunchedTerminal;

async function begin(start: () => Promise<Place>, more: readonly string[] = []): Promise<void> {
  place = await start();
  show([...place.args, ...more]);
  await app.until(/ide1-cd0 .* raw .* ro .* closed/);
}

function show(args: readonly string[]): void {
  app = launch([bin, ...args], { cols: 120, rows: 40, env: { XDG_STATE_HOME: place.folder, XDG_CONFIG_HOME: place.folder } });
}

describeWithQemu('working habits', () => {
  afterEach(() => app.kill());

  it.each(twoLinks)('%s: watch in place, a script, waiting for a job', async (_, start) => {
    await begin(start);

    // The watch marks what changes and leaves its last state; what is typed meanwhile waits.
    app.type('watch -n 0.2 info block\r');
    await app.until(/every 0\.2 s: info block +\d\d:\d\d:\d\d\n +DEVICE/);
    await app.until('watch, Ctrl-C ends it');
    app.type('eject ide1-cd0\r');
    app.type('\x03');
    await app.until(/not sent: eject ide1-cd0\n+DEVICE .*\n(?:.*\n)*ide1-cd0 .*raw[^]*JOB +no job is running\n──/);
    expect(app.screen()).not.toContain('every 0.2 s');

    // A script with a job: it waits for its end, and its error says where it stands.
    const script = join(place.folder, 'a script.qm');
    writeFileSync(script, ['# back up, then look for something that is not there',
      `drive_backup -f ide0-hd0 "${join(place.folder, 'copy.qcow2')}"`, 'wait job ide0-hd0 done --timeout 60', 'query-nothing', 'stop'].join('\n'));
    app.type(`source "${script}"\r`);
    await app.until('job ide0-hd0 is done');
    await app.until(/a script\.qm:4: CommandNotFound: /);

    app.type('wait job nope ready\r');
    await app.until("WaitError: job 'nope' not found");
    app.type('quit\r');
    expect(await app.exited()).toBe(0);
  });

  it.each(twoLinks)('%s: a watch in exec prints each round, and a failed wait is status 1', async (_, start) => {
    await begin(start);
    app.type('quit\r');
    await app.exited();
    const watch = await runQmon(['exec', ...place.args, '-c', 'watch -n 0.1 -c 2 query-status']);
    expect(watch).toMatchObject({ status: 0, stderr: '' });
    expect(watch.stdout.match(/^every 0\.1 s: query-status /gm)).toHaveLength(2);
    const wait = await runQmon(['exec', ...place.args, '-c', 'wait job nope done']);
    expect(wait).toMatchObject({ status: 1, stderr: "WaitError: job 'nope' not found\n" });
  });

  it.each(twoLinks)('%s: record, and replay without anything to connect to', async (_, start) => {
    await begin(start, ['--log', '/dev/null']);
    const file = join(place.folder, 'session.qmr');
    app.type(`record "${file}"\r`);
    await app.until("'record off' ends it");
    app.type('eject ide1-cd0\r');
    await app.until('DEVICE_TRAY_MOVED  ide1-cd0: tray open');
    await app.until(/ide1-cd0 .* open .* no medium/);
    app.type('record off\r');
    await app.until('recorded: qmon replay');
    app.type(`transcript "${join(place.folder, 't.md')}"\r`);
    await app.until('written to');
    app.type('quit\r');
    await app.exited();
    expect(readFileSync(join(place.folder, 't.md'), 'utf8')).toMatch(/## \d\d:\d\d:\d\d `eject ide1-cd0`[^]*DEVICE_TRAY_MOVED/);

    const text = await runQmon(['replay', file]);
    expect(text.stdout).toMatch(/qmon> eject ide1-cd0\n[^]*DEVICE_TRAY_MOVED  ide1-cd0: tray open\n/);
    show(['replay', file, '--speed', '50']);
    await app.until(/paused +(\S+) \/ \1 /);
    await app.until(/ide1-cd0 .* open .* no medium/);
    expect(app.screen()).toContain('DEVICE_TRAY_MOVED  ide1-cd0: tray open');

    // Back to the start, and on from one happening to the next.
    app.type('\x1b[H');
    await app.until(/paused +0:00\.0 /);
    await app.until(/ide1-cd0 .* raw .* ro .* closed/);
    app.type('query-status\r');
    await app.until('"status": ');
    app.type('eject ide0-hd0\r');
    await app.until('this is a recording');
    app.type('quit\r');
    expect(await app.exited()).toBe(0);
  });

  it('opens other monitors in tabs, with one history, and closing one ends nothing', async () => {
    const vm = await remotePlace();
    await begin(embeddedPlace);
    app.type(`connect "${vm.socket}"\r`);
    await app.until(/\[2 ….*\/q\] ─ ready, QEMU 7/);
    app.type('block_set_io_throttle ide0-hd0 7340032 0 0 0 0 0\r');
    await app.until(/ide0-hd0 .* 7\.0\d* MiB\/s|ide0-hd0 .* 7 MiB\/s/);
    app.type('\x1b1');
    await app.until(/\[1 .*m\.json5\] 2 …/);
    await app.until(/── tab 1: /);
    expect(app.screen()).not.toMatch(/ide0-hd0 .* 7\.?0* MiB\/s/);
    app.type('\x1b[A');
    await app.until('qmon> block_set_io_throttle ide0-hd0 7340032');
    app.type('\x03');
    app.type('connect /no/such/socket\r');
    await app.until(/\[3 .*socket \(waiting\)\]/);
    app.type('quit\r');
    await app.until(/1 .*m\.json5 \[2 …/);
    app.type('quit\r');
    await app.until(/tab 1: [^]*── [^[\]]*m\.json5 ─ ready/);
    app.type('quit\r');
    expect(await app.exited()).toBe(0);
    const status = await runQmon(['exec', ...vm.args, '-c', 'query-status']);
    expect(status.stdout).toContain('prelaunch');
  });

  it('goes by its config file: keys, settings, and what is wrong in it', async () => {
    place = await embeddedPlace();
    await mkdir(join(place.folder, 'qmon'));
    const config = join(place.folder, 'qmon', 'config.json5');
    writeFileSync(config, "{\n  // mine\n  keys: { 'mode-toggle': 'Ctrl-T', 'no-such': 'F8' },\n  panels: ['blocks'],\n  colour: 1,\n}\n");
    show(place.args);
    await app.until("there is no setting 'colour'");
    await app.until("keys: there is no 'no-such'; Alt-? lists the names");
    await app.until(/BLOCK +NODE/);
    expect(app.screen()).not.toMatch(/^JOB /m);
    app.type('set panels all\r');
    await app.until(/^JOB /m);
    app.type('\x14');
    await app.until('output, PgUp scrolls back');
    app.type('\x14');
    app.type('?');
    await app.until(/Ctrl-T +full screen and back/);
    app.type('quit\r');
    expect(await app.exited()).toBe(0);
    expect(readFileSync(config, 'utf8')).toContain('  // mine\n');
    expect(readFileSync(config, 'utf8')).toContain('  panels: "all",\n');
  });

  it('clears the line with Ctrl-C, and leaves with the second one, after a hint', async () => {
    await begin(embeddedPlace);
    app.type('half a line');
    await app.until('qmon> half a line');
    app.type('\x03');
    await app.until(/qmon>\s*$/);
    app.type('\x03');
    await app.until('Ctrl-C again leaves');
    app.type('\x03');
    expect(await app.exited()).toBe(0);
  });
});
