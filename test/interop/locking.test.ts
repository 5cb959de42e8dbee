import { execFile } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/create-engine.ts';
import { lockedBytes } from '../support/locked-bytes.ts';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { QemuMonitor } from '../support/qemu-monitor.ts';
import { runQmon } from '../support/qmon.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { MachineDescription } from '../../src/machine/description.ts';

type Drive = NonNullable<MachineDescription['drives']>[number];

/** Somebody who has images open and can be asked to do something with them. */
interface Holder {
  /** Resolves with 'done' or the error's desc. */
  execute(command: string, args?: object): Promise<string>;
  stop(): Promise<void>;
}

const settled = (work: Promise<unknown>) => work.then(() => 'done', (error: Error) => error.message);

async function startQemu(drives: readonly Drive[]): Promise<Holder> {
  const args = drives.flatMap((drive) => ['-drive', Object.entries(drive).map(([key, value]) => `${key}=${onOff(value)}`).join(',')]);
  const monitor = await QemuMonitor.start('-machine', 'pc', ...args);
  return { execute: (command, options) => settled(monitor.execute(command, options)), stop: () => monitor.stop() };
}

async function startOwn(drives: readonly Drive[]): Promise<Holder> {
  const engine = await createEngine({ machine: { drives: [...drives] } });
  await engine.open();
  return { execute: (command, options) => settled(engine.execute(command, options as Record<string, unknown>)), stop: () => engine.close() };
}

const onOff = (value: unknown) => (value === true ? 'on' : value === false ? 'off' : String(value));

const SIDES = { QEMU: startQemu, qmon: startOwn } as const;
const sides = Object.keys(SIDES) as (keyof typeof SIDES)[];

/** What a tool says, its own name left out. */
function say(program: string, ...args: string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 30_000 }, (error, _stdout, stderr) => resolve(error === null ? 'done' : stderr.trim()));
  });
}

describeWithQemu('image locks beside the real QEMU', () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  const holders: Holder[] = [];
  const start = async (side: keyof typeof SIDES, drives: readonly Drive[] = []) => {
    const holder = await SIDES[side](drives);
    holders.push(holder);
    return holder;
  };

  beforeEach(async () => {
    writeFileSync(at('raw'), '');
    truncateSync(at('raw'), 1 << 20);
    await qemu.img('create', '-q', '-f', 'qcow2', at('base'), '1M');
    await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'base', '-F', 'qcow2', at('top'));
  });
  afterEach(async () => {
    await Promise.all(holders.splice(0).map((holder) => holder.stop()));
  });

  const top = { file: at('top'), format: 'qcow2' } as const;
  const raw = { file: at('raw'), format: 'raw' } as const;
  const drives: [string, Drive][] = [
    ['a qcow2 disk', { if: 'ide', ...top }],
    ['a qcow2 disk that is only read', { if: 'virtio', ...top, readonly: true }],
    ['a qcow2 image without a device', { if: 'none', ...top }],
    ['a qcow2 image shared by force', { if: 'none', ...top, readonly: true, 'force-share': true }],
    ['a qcow2 image without locking', { if: 'ide', ...top, 'file.locking': 'off' }],
    ['a qcow2 CD', { if: 'ide', media: 'cdrom', ...top }],
    ['a raw disk', { if: 'ide', ...raw }],
    ['a raw disk that is only read', { if: 'virtio', ...raw, readonly: true }],
    ['a raw image without a device', { if: 'none', ...raw }],
    ['a raw CD', { if: 'ide', media: 'cdrom', ...raw }],
    ['a raw floppy', { if: 'floppy', ...raw }],
    ['a raw virtio disk', { if: 'virtio', ...raw }],
  ];
  const tools = (name: string, format: string): [string, ...string[]][] => [
    ['qemu-img', 'info', at(name)],
    ['qemu-img', 'info', '-U', at(name)],
    ['qemu-img', 'info', at('base')],
    ['qemu-io', '-f', format, '-c', 'quit', at(name)],
    ['qemu-io', '-f', format, '-r', '-c', 'quit', at(name)],
    ['qemu-io', '-f', format, '-r', '-U', '-c', 'quit', at(name)],
    ['qemu-io', '-c', 'quit', at('base')],
  ];

  it.each(drives)('of %s are the same bytes, and keep the same tools out', async (_title, drive) => {
    const told = [];
    for (const side of sides) {
      const holder = await start(side, [drive]);
      const bytes = ['top', 'base', 'raw'].map((name) => lockedBytes(at(name)));
      const said = [];
      for (const [program, ...args] of tools(drive.file === at('raw') ? 'raw' : 'top', drive.format!)) said.push(await say(program, ...args));
      told.push({ bytes, said });
      await holder.stop();
    }
    expect(told[1]).toEqual(told[0]);
  });

  const file = (name: string, more = {}) => ({ driver: 'file', filename: at(name), ...more });
  const nodes: [string, object][] = [
    ['a writer', { driver: 'qcow2', file: file('top') }],
    ['a reader', { driver: 'qcow2', file: file('top'), 'read-only': true }],
    ['a forced reader', { driver: 'qcow2', file: file('top'), 'read-only': true, 'force-share': true }],
    ['a forced writer', { driver: 'qcow2', file: file('top'), 'force-share': true }],
    ['a writer without locks', { driver: 'qcow2', file: file('top', { locking: 'off' }), backing: null }],
    ['a writer on the backing image', { driver: 'qcow2', file: file('base') }],
    ['a reader of the backing image', { driver: 'qcow2', file: file('base'), 'read-only': true }],
    ['a file alone', file('top')],
    ['raw in the place of qcow2', { driver: 'raw', file: file('top') }],
  ];

  it.each([
    ['written', { if: 'ide', ...top }],
    ['read', { if: 'virtio', ...top, readonly: true }],
    ['shared by force', { if: 'none', ...top, readonly: true, 'force-share': true }],
  ] as [string, Drive][])('answer the same to whoever opens an image that is %s, whoever holds it', async (_title, drive) => {
    const answers: string[][] = [];
    const askers = { QEMU: await start('QEMU'), qmon: await start('qmon') };
    for (const side of sides) {
      const holder = await start(side, [drive]);
      for (const asker of sides) {
        const said: string[] = [];
        for (const [title, options] of nodes) {
          said.push(`${title}: ${await askers[asker].execute('blockdev-add', { 'node-name': 'n', ...options })}`);
          await askers[asker].execute('blockdev-del', { 'node-name': 'n' });
        }
        answers.push(said);
      }
      await holder.stop();
    }
    for (const said of answers.slice(1)) expect(said).toEqual(answers[0]);
  });

  it('follow media, snapshots and jobs', async () => {
    const steps: [string, object][] = [
      ['blockdev-add', { driver: 'qcow2', 'node-name': 'overlay', file: file('new'), backing: null }],
      ['blockdev-snapshot', { node: 'n0', overlay: 'overlay' }],
      ['drive-backup', { device: 'd0', 'job-id': 'j', sync: 'full', target: at('target'), format: 'qcow2', speed: 1 }],
      ['eject', { device: 'cd', force: true }],
      ['blockdev-change-medium', { id: 'cd', filename: at('raw'), format: 'raw', 'read-only-mode': 'read-only' }],
    ];
    const seen = [];
    for (const side of sides) {
      await qemu.img('create', '-q', '-f', 'qcow2', at('new'), '64M');
      writeFileSync(at('target'), '');
      for (const name of ['base', 'top']) await qemu.img('resize', '-q', at(name), '64M');
      await qemu.io(at('top'), 'write -P 1 0 64M');
      const holder = await start(side, [
        { if: 'virtio', id: 'd0', 'node-name': 'n0', ...top }, { if: 'ide', id: 'cd', media: 'cdrom', ...raw },
      ]);
      const states = [];
      for (const [command, args] of steps) {
        const answer = await holder.execute(command, args);
        states.push({ command, answer, bytes: ['top', 'base', 'new', 'target', 'raw'].map((name) => lockedBytes(at(name))) });
      }
      seen.push(states);
      await holder.stop();
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(lockedBytes(at('top'))).toEqual([]);
  });

  it.each(sides)('of %s keep the program out, which says why', async (side) => {
    await start(side, [{ if: 'ide', ...top }]);
    const exec = await runQmon(['exec', '-c', 'info block', at('top')]);
    expect([exec.status, exec.stderr]).toEqual([1, expect.stringContaining('Failed to get "write" lock')]);
    const serve = await runQmon(['serve', '--qmp', `unix:${at('socket')}`, at('top')]);
    expect(serve.status).toBe(1);
    expect(serve.stderr).toContain(`Failed to get "write" lock\nIs another process using the image [${at('top')}]?\n`);
  });

  it('are named in the human monitor with QEMU\'s hint', async () => {
    await start('QEMU', [{ if: 'ide', ...top }]);
    const engine = await createEngine({ machine: { drives: [{ if: 'ide', media: 'cdrom', id: 'cd' }] } });
    const text = await engine.execute('human-monitor-command', { 'command-line': `change cd ${at('top')} qcow2` });
    await engine.close();
    expect(text).toContain(`Failed to get shared "write" lock\r\nIs another process using the image [${at('top')}]?\r\n`);
  });

  it('are not needed, and their library not loaded, where no image is opened', async () => {
    const loads = (line: string) => runQmon(['exec', '-c', line, at('top')], { env: { NODE_DEBUG: 'module' } });
    expect((await loads('info block')).stderr).toContain('koffi');
    expect((await loads('query-version')).stderr).not.toContain('koffi');
  });
});
