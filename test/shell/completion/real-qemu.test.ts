import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commands } from '../../../src/engine/commands.ts';
import { parseAddress } from '../../../src/qmp/address.ts';
import { connect } from '../../../src/qmp/client.ts';
import { createSession } from '../../../src/shell/create-session.ts';
import type { Session } from '../../../src/shell/session.ts';
import { describeWithQemu, qemu } from '../../support/qemu.ts';

let folder: string;
let vm: ChildProcess;
let session: Session;

const machine = [
  '-blockdev', 'driver=file,filename=disk.qcow2,node-name=disk-file', '-blockdev', 'driver=qcow2,file=disk-file,node-name=disk',
  '-device', 'virtio-blk-pci,drive=disk,id=vd0', '-object', 'iothread,id=io0', '-object', 'throttle-group,id=tg0',
  '-object', 'secret,id=sec0,data=abc', '-chardev', 'null,id=char0', '-drive', 'if=none,id=cd,media=cdrom', '-device', 'virtio-scsi-pci,id=scsi0',
  '-device', 'scsi-cd,drive=cd,id=cd0',
];

describeWithQemu('completion against QEMU 7.2', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'qmon-complete-qemu-'));
    await qemu.img('create', '-q', '-f', 'qcow2', join(folder, 'disk.qcow2'), '64M');
    await qemu.img('snapshot', '-c', 'first', join(folder, 'disk.qcow2'));
    writeFileSync(join(folder, 'a disc.iso'), '');
    const socket = join(folder, 'q');
    const args = ['120', 'qemu-system-x86_64', '-S', '-display', 'none', '-nodefaults', '-qmp', `unix:${socket},server=on,wait=off`, ...machine];
    vm = spawn('timeout', args, { stdio: 'ignore', cwd: folder });
    for (let tries = 0; !existsSync(socket) && tries < 1000; tries++) await sleep(10);
    const declarations = async () => new Map((await commands.loadAll()).map((command) => [command.name, command]));
    session = createSession({ link: connect(parseAddress(`unix:${socket}`)), cwd: folder, homeDir: folder, declarations });
    for (let tries = 0; session.link.state.state !== 'ready' && tries < 1000; tries++) await sleep(10);
    await session.live.readAll();
    await session.complete('block', 5);
    for (let tries = 0; session.knows('query-block') !== true && tries < 2000; tries++) await sleep(10);
  }, 60_000);
  afterAll(async () => {
    await session?.close();
    vm?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  const complete = (line: string) => session.complete(line, line.length);
  const labels = async (line: string) => (await complete(line)).candidates.map(({ label }) => label);
  const applied = async (line: string) => {
    const { from, to, candidates } = await complete(line);
    return line.slice(0, from) + (candidates[0]?.insert ?? '') + line.slice(to);
  };

  it('describes arguments in words of ours, and the commands too', async () => {
    const { candidates } = await complete('block-stream ');
    expect(candidates[0]).toMatchObject({ label: 'device', detail: 'required, device or node: device or root node to work on' });
    expect((await complete('block-commi')).candidates[0]?.detail).toContain('write');
    expect((await complete('block-stream device=disk speed=')).expects).toBe('speed (int: limit in bytes per second; 0 for none)');
  });

  it.each([
    ['chardev-remove id=', ['char0']], ['object-del id=', ['io0', 'sec0', 'tg0']], ['object_del ', ['io0', 'sec0', 'tg0']],
    ['blockdev-add driver=throttle throttle-group=', ['tg0']], ['block-export-add type=nbd id=e iothread=', ['io0']],
    ['blockdev-add driver=luks key-secret=', ['sec0']], ['qom-list path=/machine/perip', ['/machine/peripheral', '/machine/peripheral-anon']],
    ['qom-get path=/objects/io0 property=poll-m', ['poll-max-ns']], ['device_del vd', ['vd0']], ['device_del scsi', ['scsi0']],
    ['block_resize ', ['disk', 'vd0']], ['eject ', ['cd']], ['delvm ', ['first']], ['snapshot_delete_blkdev_internal disk ', ['first']],
    ['blockdev-snapshot-delete-internal-sync device=disk id=', ['1']], ['snapshot-load job-id=j tag=', ['first']], ['device_add virtio-blk-p', ['virtio-blk-pci']],
    ['device_add virtio-blk-pci,dri', ['drive']], ['device_add virtio-blk-pci,drive=di', ['disk']], ['device_add driver=virtio-blk-pci seri', ['serial']],
    ['object_add iothr', ['iothread']], ['object_add iothread,id=x,poll-m', ['poll-max-ns']], ['drive_add -n 0 driver=qcow2,fil', ['file', 'file.']],
    ['chardev-add id=x backend.type=', ['socket', 'null', 'ringbuf']], ['change cd a', ['a disc.iso']], ['qemu-io disk "wr', ['write ', 'writev ']],
    ['snapshot-save job-id=j tag=t vmstate=disk devices=di', ['disk']], ['snapshot-save job-id=j tag=t vmstate=disk devices=disk,disk-', ['disk-file']],
  ])('%s', async (line, expected) => {
    expect(await labels(line)).toEqual(expect.arrayContaining(expected));
  });

  it.each([
    ["{execute: 'chardev-add', arguments: {id: 'x', backend: {", 'type'],
    ["{execute: 'chardev-add', arguments: {id: 'x', backend: {type: 'socket', data: {", 'addr'],
    ["{execute: 'chardev-add', arguments: {id: 'x', backend: {type: 'socket', data: {addr: {type: 'unix', data: {", 'path'],
    ["{execute: 'blockdev-add', arguments: {driver: 'qcow2', file: {driver: 'file', file", 'filename'],
    ["{execute: 'blockdev-add', arguments: {driver: 'qcow2', file: {driver: 'nbd', server: {type: 'unix', ", 'path'],
    ["{execute: 'blockdev-add', arguments: {driver: 'qcow2', file: '", 'disk-file'],
    ["{execute: 'blockdev-add', arguments: {driver: 'quorum', children: ['", 'disk'],
    ["{execute: 'blockdev-add', arguments: {driver: 'quorum', children: [{driver: '", 'qcow2'],
    ["{execute: 'transaction', arguments: {actions: [{type: 'abort', data: {}}, {type: 'block-dirty-bitmap-add', data: {node: '", 'disk'],
    ["{execute: 'transaction', arguments: {actions: [{type: 'blockdev-snapshot-sync', data: {", 'snapshot-file'],
    ["{execute: 'migrate-set-capabilities', arguments: {capabilities: [{", 'capability'],
    ["{execute: 'migrate-set-capabilities', arguments: {capabilities: [{capability: '", 'events'],
    ["{execute: 'device_add', arguments: {driver: 'virtio-blk-pci', seri", 'serial'],
    ["{execute: 'qom-get', arguments: {path: '/objects/tg0', property: '", 'limits'],
    ["{execute: 'block-latency-histogram-set', arguments: {id: '", 'vd0'],
  ])('%s', async (line, expected) => {
    expect(await labels(line)).toContain(expected);
  });

  it('quotes a file name with blanks as each language does', async () => {
    expect(await applied('change cd a')).toBe('change cd "a disc.iso" ');
    expect(await applied("blockdev-change-medium id=cd0 filename='a d")).toBe("blockdev-change-medium id=cd0 filename='a disc.iso' ");
    expect(await applied("{execute: 'blockdev-change-medium', arguments: {filename: 'a d")).toBe("{execute: 'blockdev-change-medium', arguments: {filename: 'a disc.iso'");
  });

  it('goes on in an option string behind a comma, and within the quotes of a command', async () => {
    expect(await applied('device_add virtio-blk-pci,dri')).toBe('device_add virtio-blk-pci,drive=');
    expect(await applied('device_add virtio-blk-pci,drive=disk-')).toBe('device_add virtio-blk-pci,drive=disk-file,');
    expect(await applied('qemu-io disk "rea')).toBe('qemu-io disk "read ');
  });
});
