import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { bin } from '../support/qmon.ts';
import { launch, type LaunchedTerminal } from '../support/terminal.ts';

// What stands under and behind the line while it is typed, over both links.

let folder: string;
let app: LaunchedTerminal;
let stop: () => void = () => undefined;

const drives = () => [
  { id: 'ide0-hd0', if: 'ide', file: join(folder, 'disk.qcow2'), format: 'qcow2' },
  { id: 'ide1-cd0', if: 'ide', index: 2, media: 'cdrom', file: join(folder, 'cd one.iso'), format: 'raw' },
];

async function embedded(): Promise<string[]> {
  writeFileSync(join(folder, 'm.json5'), JSON.stringify({ drives: drives() }));
  return ['--machine', join(folder, 'm.json5')];
}

async function remote(): Promise<string[]> {
  const socket = join(folder, 'q');
  const options = drives().flatMap((drive) => ['-drive', Object.entries(drive).map(([key, value]) => `${key}=${value}`).join(',')]);
  const vm = spawn('timeout', ['120', 'qemu-system-x86_64', '-S', '-display', 'none', '-nodefaults', '-qmp', `unix:${socket},server=on,wait=off`, ...options],
    { stdio: 'ignore' });
  stop = () => void vm.kill();
  for (let tries = 0; !existsSync(socket) && tries < 1000; tries++) await new Promise((resolve) => setTimeout(resolve, 10));
  return ['--connect', `unix:${socket}`];
}

describeWithQemu('a line that is typed', () => {
  afterEach(() => {
    app.kill();
    stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([['over the embedded engine', embedded], ['over a real QEMU', remote]])('%s: is translated, weighed, copied, edited as JSON and remembered', async (_, start) => {
    folder = mkdtempSync(join(tmpdir(), 'qmon-typing-'));
    await qemu.img('create', '-q', '-f', 'qcow2', join(folder, 'disk.qcow2'), '64M');
    writeFileSync(join(folder, 'cd one.iso'), Buffer.alloc(1 << 20, 7));
    app = launch([bin, ...await start()], { cols: 110, rows: 36, env: { XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder } });
    await app.until(/ide0-hd0 +#block\d+ +qcow2 +64 MiB/);

    // The request with its units resolved, and the effect against the size of now.
    app.type('block_resize ide0-hd0 80');
    await app.until('-> {"execute":"block_resize","arguments":{"device":"ide0-hd0","size":83886080}}');
    await app.until('80 -> 83886080 B, grows by 16 MiB, from 64 MiB to 80 MiB');
    app.type('\x7f');
    await app.until('! 8 -> 8388608 B, SHRINKS by 56 MiB, from 64 MiB to 8 MiB: the last 56 MiB are lost');
    app.type('x');
    await app.until(/not like this: column \d+: /);

    // Copied, and made JSON to edit; Enter sends it.
    app.type('\x15eject ide1-cd0');
    await app.until('ejects cd one.iso from ide1-cd0');
    app.type('\x1bc');
    await app.until(/copied \d+ characters of QMP/);
    const copied = /\x1b\]52;c;([\w+/=]+)\x07/.exec(app.written())?.[1] ?? '';
    expect(JSON.parse(Buffer.from(copied, 'base64').toString())).toEqual({ execute: 'eject', arguments: { device: 'ide1-cd0', force: false } });
    app.type('\x1bj');
    await app.until(/\.\.\. {5}"device": "ide1-cd0"/);
    app.type('\r');
    await app.until('DEVICE_TRAY_MOVED  ide1-cd0: tray open');
    await app.until(/^qmon>$/m);

    // The rest of an older line stands behind the caret; End takes it.
    app.type('info block-jobs\r');
    await app.until(/No active jobs|no job/i);
    app.type('info bl');
    await app.until(/^qmon> info block-jobs/m);
    const isDim = (column: number) => app.cell(column, app.cursor().row).isDim() !== 0;
    await expect.poll(() => [app.cursor().column, isDim(8), isDim(16)]).toEqual([13, false, true]);
    app.type('\x1b[F');
    await app.until(/^qmon> info block-jobs/m);
    await expect.poll(() => app.cursor().column).toBe(21);

    // Inside JSON: live names, and only what fits.
    app.type("\x15{execute: 'blockdev-open-tray', arguments: {device: 'ide1\t");
    await app.until("arguments: {device: 'ide1-cd0'");
  });
});
