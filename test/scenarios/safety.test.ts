import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { bin, runQmon } from '../support/qmon.ts';
import { launch, type LaunchedTerminal } from '../support/terminal.ts';
import { twoLinks, type Place } from '../support/two-links.ts';

let place: Place;
let app: LaunchedTerminal | undefined;

const MiB = 1 << 20;
const rawShrink = `{execute: 'block_resize', arguments: {device: 'ide0-hd0', size: ${16 * MiB}}}`;

/** The size that qemu-img sees in the image now. */
async function sizeNow(): Promise<number> {
  const text = await qemu.img('info', '-U', '--output=json', join(place.folder, 'disk.qcow2'));
  return (JSON.parse(text) as { 'virtual-size': number })['virtual-size'] / MiB;
}

async function start(where: () => Promise<Place>, ...options: string[]): Promise<LaunchedTerminal> {
  place = await where();
  app = launch([bin, ...options, ...place.args], { cols: 100, rows: 30, env: { XDG_STATE_HOME: place.folder, XDG_CONFIG_HOME: place.folder } });
  await app.until(/ide0-hd0 +#block\d+ +qcow2/);
  return app;
}

describeWithQemu('a line that would lose data', () => {
  afterEach(() => {
    app?.kill();
    app = undefined;
  });

  it.each(twoLinks)('%s: is asked about with its effect, and done only when the name is typed', async (_, where) => {
    const terminal = await start(where);
    terminal.type('block_resize ide0-hd0 16\r');
    await terminal.until('! block_resize SHRINKS by 48 MiB, from 64 MiB to 16 MiB; the last 48 MiB are lost');
    await terminal.until(/Type ide0-hd0 to go on; Esc leaves\.\nname>$/);
    terminal.type('ide1-cd0\r');
    await terminal.until("'ide1-cd0' is not 'ide0-hd0'");
    await terminal.until("'block_resize' was not sent: it was not confirmed");
    await terminal.untilGone('name>');

    for (const no of ['\r', '\x03', '\x1b']) {
      terminal.type(`${rawShrink}\r`);
      await terminal.until(/name>$/);
      terminal.type(no);
      await terminal.untilGone('name>');
    }
    expect(await sizeNow()).toBe(64);

    terminal.type(`${rawShrink}\r`);
    await terminal.until(/name>$/);
    terminal.type('ide0-hd0\r');
    await terminal.until(/ide0-hd0 +#block\d+ +qcow2 +16 MiB/);
    expect(await sizeNow()).toBe(16);
    expect(readFileSync(join(place.folder, 'qmon', 'history'), 'utf8').split('\n')).not.toContain('ide0-hd0');
  });

  it.each(twoLinks)('%s: waits without stopping events and panels, and takes no line and no pasted line for a name', async (_, where) => {
    const terminal = await start(where);
    terminal.type('half a li');
    terminal.type('\x15block_resize ide0-hd0 16\rtyped ahead');
    await terminal.until(/name>/);
    terminal.type('\x15\x1b[200~ide0-hd0\nblock_resize ide0-hd0 8\n\x1b[201~');
    terminal.type('\x1b[A\t');
    await terminal.until('a question waits: type the name to go on, Esc leaves');
    terminal.type('\r');
    await terminal.untilGone('name>');
    await terminal.until("is not 'ide0-hd0'");
    expect(await sizeNow()).toBe(64);
  });

  it.each(twoLinks)('%s: is not asked about after `set confirm off`, nor with --yes', async (_, where) => {
    const terminal = await start(where);
    terminal.type('set confirm off\r');
    terminal.type('block_resize ide0-hd0 16\r');
    await terminal.until(/ide0-hd0 +#block\d+ +qcow2 +16 MiB/);
    terminal.kill();
  });

  it.each(twoLinks)('%s: is not sent by a read-only session, in whatever language', async (_, where) => {
    const terminal = await start(where, '--read-only');
    await terminal.until('read-only');
    for (const line of [rawShrink, 'block_resize ide0-hd0 128', 'stop', 'block_resize device=ide0-hd0 size=1']) {
      terminal.type(`${line}\r`);
      await terminal.until(/Refused: '(block_resize|stop)' needs --allow operate, and this session is read-only/);
      terminal.type('\x0c');
      await terminal.untilGone('Refused');
    }
    terminal.type('info version\r');
    await terminal.untilGone('Refused');
    expect(await sizeNow()).toBe(64);
  });

  it.each(twoLinks)('%s: fails in a script without --yes, and nothing changes', async (_, where) => {
    place = await where();
    for (const line of ['block_resize ide0-hd0 16', rawShrink, 'human-monitor-command command-line="block_resize ide0-hd0 16"']) {
      const { status, stderr } = await runQmon(['exec', ...place.args, '-c', line]);
      expect(stderr).toMatch(/SHRINKS by 48 MiB, from 64 MiB to 16 MiB.*--yes/);
      expect(status).toBe(1);
      expect(await sizeNow()).toBe(64);
    }
    const piped = await runQmon([...place.args], { input: 'block_resize ide0-hd0 16\n' });
    expect(piped).toMatchObject({ status: 1, stdout: expect.stringContaining('--yes') as string });
    expect(await sizeNow()).toBe(64);
    expect(await runQmon(['exec', '--yes', ...place.args, '-c', 'block_resize ide0-hd0 16'])).toMatchObject({ status: 0, stderr: '' });
    expect(await sizeNow()).toBe(16);
  });

  it.each(twoLinks)('%s: is refused to an operating session, which may grow', async (_, where) => {
    place = await where();
    const operate = (line: string) => runQmon(['exec', '--yes', '--allow', 'operate', ...place.args, '-c', line]);
    expect((await operate('block_resize ide0-hd0 16')).stderr).toContain('That needs --allow full');
    expect(await operate('block_resize ide0-hd0 80')).toMatchObject({ status: 0 });
    expect(await sizeNow()).toBe(80);
  });
});

describeWithQemu('a line that would lose data, in line mode', () => {
  afterEach(() => app?.kill());

  it.each([['a terminal that edits', {}], ['a terminal that only prints', { TERM: 'dumb' }]])('%s: is asked about, and no line typed before is the answer', async (_, env) => {
    place = await twoLinks[0][1]();
    const terminal = launch([bin, '--plain', ...place.args], { cols: 100, rows: 30, env: { XDG_STATE_HOME: place.folder, XDG_CONFIG_HOME: place.folder, ...env } });
    app = terminal;
    await terminal.until(/qmon>$/);
    terminal.type('block_resize ide0-hd0 16\rinfo version\r');
    await terminal.until(/! block_resize SHRINKS by 48 MiB.*\n(.*\n)?(Type ide0-hd0 to go on; Esc leaves\.\nname>|Type ide0-hd0 to go on; an empty line leaves:)$/);
    terminal.type('\r');
    await terminal.until("'block_resize' was not sent: it was not confirmed");
    await terminal.until(/^QEMU \d/m);
    expect(await sizeNow()).toBe(64);
    terminal.type('block_resize ide0-hd0 16\r');
    await terminal.until(/Type ide0-hd0 to go on[^]*(name>|leaves:)$/);
    terminal.type('\x03');
    await terminal.until(/(was\s+not sent: it was not confirmed[^]*){2}/);
    terminal.type('block_resize ide0-hd0 16\r');
    await terminal.until(/Type ide0-hd0 to go on[^]*(name>|leaves:)$/);
    terminal.type('ide0-hd0\r');
    await terminal.until(/qmon>$/);
    terminal.type('info version\r');
    await terminal.until(/(^QEMU \d[^]*){2}/m);
    expect(await sizeNow()).toBe(16);
  });
});

describeWithQemu('a secret that is typed', () => {
  afterEach(() => {
    app?.kill();
    app = undefined;
  });

  it.each(twoLinks)('%s: is on no screen and in no file', async (_, where) => {
    const terminal = await start(where);
    const secret = 'hunter2hunter2';
    terminal.type(`object-add qom-type=secret id=s0 data=${secret}`);
    await terminal.until(/data=\*{14}/);
    terminal.type('\r');
    await terminal.until(/data=\*\*\*\nok/);
    terminal.type(`{"execute": "object-add", "arguments": {"qom-type": "secret", "id": "s0", "data": "${secret}"}}\r`);
    await terminal.until('GenericError');
    terminal.type(`block_passwd nobody ${secret}\r`);
    terminal.type(`qom-get path=/objects/s0 property=data\r`);
    await terminal.until(/property=data\n("\*\*\*"|CommandNotFound)/);
    expect(terminal.written()).not.toContain('hunter2');
    expect(readFileSync(join(place.folder, 'qmon', 'history'), 'utf8')).not.toContain('hunter2');
  });
});
