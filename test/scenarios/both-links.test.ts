import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { bin } from '../support/qmon.ts';
import { launch, type LaunchedTerminal } from '../support/terminal.ts';

// One session, typed over both links: nothing that a person sees may depend on which of the two it is.

interface Place {
  readonly folder: string;
  /** What to start qmon with. */
  readonly args: readonly string[];
}

let place: Place;
let app: LaunchedTerminal;
let stop: () => void;

async function images(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'qmon links '));
  await qemu.img('create', '-q', '-f', 'qcow2', join(folder, 'base.qcow2'), '64M');
  await qemu.io(join(folder, 'base.qcow2'), 'write -P 0x11 0 8M');
  await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', join(folder, 'disk.qcow2'));
  await qemu.io(join(folder, 'disk.qcow2'), 'write -P 0x22 4M 8M');
  writeFileSync(join(folder, 'cd one.iso'), Buffer.alloc(1 << 20, 7));
  return folder;
}

const drives = (folder: string) => [
  { id: 'ide0-hd0', if: 'ide', file: join(folder, 'disk.qcow2'), format: 'qcow2' },
  { id: 'ide1-cd0', if: 'ide', index: 2, media: 'cdrom', file: join(folder, 'cd one.iso'), format: 'raw' },
];

async function embedded(): Promise<Place> {
  const folder = await images();
  writeFileSync(join(folder, 'm.json5'), JSON.stringify({ drives: drives(folder) }));
  stop = () => undefined;
  return { folder, args: ['--machine', join(folder, 'm.json5')] };
}

async function remote(): Promise<Place> {
  const folder = await images();
  const socket = join(folder, 'q');
  const options = drives(folder).flatMap((drive) => ['-drive', Object.entries(drive).map(([key, value]) => `${key}=${value}`).join(',')]);
  const vm = spawn('timeout', ['120', 'qemu-system-x86_64', '-S', '-display', 'none', '-nodefaults', '-qmp', `unix:${socket},server=on,wait=off`, ...options],
    { stdio: 'ignore' });
  stop = () => void vm.kill();
  for (let tries = 0; !existsSync(socket) && tries < 1000; tries++) await new Promise((resolve) => setTimeout(resolve, 10));
  return { folder, args: ['--connect', `unix:${socket}`] };
}

describeWithQemu('a session', () => {
  afterEach(() => {
    app.kill();
    stop();
    rmSync(place.folder, { recursive: true, force: true });
  });

  it.each([['over the embedded engine', embedded], ['over a real QEMU', remote]])('%s: look, eject, back up, err, leave', async (_, start) => {
    place = await start();
    app = launch([bin, ...place.args], { cols: 110, rows: 36, env: { XDG_STATE_HOME: place.folder } });

    // The panel shows what is there.
    await app.until(/ide0-hd0 +#block\d+ +qcow2 +64 MiB .* rw +1 /);
    await app.until(/ide1-cd0 .* raw .* ro .* closed/);

    // A command of the human monitor, its event, and the panel after it.
    app.type('eject ide1-');
    app.type('\t');
    await app.until(/qmon> eject ide1-cd0/);
    app.type('\r');
    await app.until('DEVICE_TRAY_MOVED  ide1-cd0: tray open');
    await app.until(/ide1-cd0 .* open .* no medium/);

    // A QMP command with keys and a quoted blank.
    app.type(`blockdev-change-medium device=ide1-cd0 filename="${join(place.folder, 'cd one.iso')}" format=raw\r`);
    await app.until('DEVICE_TRAY_MOVED  ide1-cd0: tray closed');
    await app.until(/ide1-cd0 .* raw .* ro .* closed/);

    // JSON5 over two lines; the job appears and can be steered.
    app.type(`{execute: 'drive-backup', arguments: {device: 'ide0-hd0', sync: 'full', speed: 1048576,\r`);
    app.type(` target: '${join(place.folder, 'copy.raw')}', format: 'raw', mode: 'absolute-paths'}}\r`);
    await app.until(/JOB .*PROGRESS/);
    await app.until(/ide0-hd0 +backup .* running/);
    app.type('block_job_pause ide0-hd0\r');
    await app.until(/ide0-hd0 +backup .* paused/);
    app.type('block-job-cancel device=ide0-hd0 force=true\r');
    await app.until('BLOCK_JOB_CANCELLED');
    await app.until('no job is running');

    // Errors carry class and text.
    app.type('eject ide0-hd0\r');
    await app.until("GenericError: Device 'ide0-hd0' is not removable");
    app.type('query-nothing\r');
    await app.until('CommandNotFound');

    // Leaving leaves the VM alone.
    app.type('quit\r');
    expect(await app.exited()).toBe(0);
  });
});
