import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { connect } from '../../src/qmp/client.ts';
import { createSession } from '../../src/shell/create-session.ts';
import type { Session } from '../../src/shell/session.ts';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Ends by itself after a minute, whatever happens to the test. */
function start(program: string, ...args: string[]): ChildProcess {
  return spawn('timeout', ['60', program, ...args], { stdio: 'ignore' });
}

async function connected(socket: string, folder: string): Promise<Session> {
  const session = createSession({ link: connect(`unix:${socket}`), cwd: folder, homeDir: folder });
  await vi.waitFor(() => expect(session.link.state.state).toBe('ready'), { timeout: 20_000, interval: 50 });
  return session;
}

const labels = async (session: Session, text: string) => (await session.complete(text, text.length)).candidates.map(({ label }) => label);

describeWithQemu('the shell on a real QEMU', () => {
  const folder = temporaryFolder();
  let vm: ChildProcess;
  let session: Session;

  beforeAll(async () => {
    const file = (name: string) => join(folder, name);
    await qemu.img('create', '-q', '-f', 'qcow2', file('base.qcow2'), '64M');
    await qemu.io(file('base.qcow2'), 'write 0 8M');
    await qemu.img('create', '-q', '-f', 'qcow2', '-b', file('base.qcow2'), '-F', 'qcow2', file('top.qcow2'));
    writeFileSync(file('cd one.iso'), '');
    truncateSync(file('cd one.iso'), 1 << 20);
    vm = start('qemu-system-x86_64', '-S', '-nodefaults', '-display', 'none', '-qmp', `unix:${file('qmp')},server=on,wait=off`,
      '-drive', `id=ide0-hd0,if=ide,format=qcow2,file=${file('top.qcow2')}`, '-drive', 'id=ide1-cd0,if=ide,index=2,media=cdrom');
    session = await connected(file('qmp'), folder);
  });
  afterAll(async () => {
    await session.close();
    vm.kill();
  });

  it('completes and changes a medium whose file name has a blank', async () => {
    expect(await labels(session, 'blockdev-change-medium device=')).toEqual(['ide1-cd0', 'ide0-hd0']);
    const { from, candidates } = await session.complete(`blockdev-change-medium device=ide1-cd0 filename=${folder}/cd`, 999);
    const line = `${`blockdev-change-medium device=ide1-cd0 filename=${folder}/cd`.slice(0, from)}${candidates[0]?.insert}format=raw`;
    expect(await session.run(line)).toMatchObject({ status: 'done' });
    await session.live.refresh();
    expect(session.live.snapshot.block[1]).toMatchObject({ device: 'ide1-cd0', inserted: { ro: true } });
  });

  it('sees a job start, pause, go on and be cancelled', async () => {
    const events: string[] = [];
    session.onEvent(({ text }) => events.push(text.slice(13)));
    session.live.start(200);
    expect(await session.run('block-stream device=ide0-hd0 speed=64K')).toMatchObject({ status: 'done' });
    await vi.waitFor(() => expect(session.live.snapshot.jobs).toHaveLength(1), { timeout: 5000 });
    expect(await labels(session, 'block-job-resume device=')).toEqual([]);
    expect(await session.run('block-job-pause device=ide0-hd0')).toMatchObject({ status: 'done' });
    await vi.waitFor(async () => expect(await labels(session, 'block-job-resume device=')).toEqual(['ide0-hd0']), { timeout: 5000 });
    expect(await session.run('block-job-pause device=ide0-hd0')).toMatchObject({ outputs: [{ kind: 'error', text: 'GenericError: Job is already paused' }] });
    await session.run('block-job-resume device=ide0-hd0');
    await session.run('{execute: "block-job-cancel", arguments: {device: "ide0-hd0"}}');
    await vi.waitFor(() => expect(events).toContainEqual(expect.stringMatching(/^BLOCK_JOB_CANCELLED {2}stream ide0-hd0 cancelled at/)), { timeout: 5000 });
    await vi.waitFor(() => expect(session.live.snapshot.jobs).toEqual([]), { timeout: 5000 });
    session.live.stop();
  });

  it('adds a node with dotted keys, which completion then knows', async () => {
    expect(await labels(session, 'blockdev-add driver=qcow2 node-name=n file.driver=file file.')).toContain('file.filename');
    expect(await session.run('blockdev-add driver=null-co node-name=n0 size=16M read-zeroes=on')).toMatchObject({ status: 'done' });
    await session.live.refresh();
    expect(await labels(session, 'blockdev-del node-name=')).toContain('n0');
    expect(await session.run('blockdev-del node-name=n0')).toMatchObject({ status: 'done' });
  });

  it('prints what the human monitor of the far end prints, and tells its errors', async () => {
    expect((await session.run('info status')).outputs[0]).toMatchObject({ kind: 'text', text: 'VM status: paused (prelaunch)' });
    expect((await session.run('nosuch'))).toMatchObject({ status: 'failed', outputs: [{ text: expect.stringContaining('CommandNotFound') as string }] });
    expect((await session.run('eject ide0-hd0'))).toMatchObject({ status: 'failed', outputs: [{ text: "GenericError: Device 'ide0-hd0' is not removable" }] });
  });

  it('leaves without ending the VM', async () => {
    expect(await session.run('quit')).toEqual({ status: 'leave', outputs: [] });
    expect(await session.run('query-status')).toMatchObject({ status: 'done' });
  });
});

describeWithQemu('the shell on a real qemu-storage-daemon', () => {
  const folder = temporaryFolder();
  let daemon: ChildProcess;
  let session: Session;

  beforeAll(async () => {
    const socket = join(folder, 'qmp');
    daemon = start('qemu-storage-daemon', '--chardev', `socket,id=c,path=${socket},server=on,wait=off`, '--monitor', 'c',
      '--blockdev', 'driver=null-co,node-name=n0,size=1048576');
    session = await connected(socket, folder);
  });
  afterAll(async () => {
    await session.close();
    daemon.kill();
  });

  it('does quietly without the commands that only a VM has', async () => {
    const snapshot = await session.live.refresh();
    expect(snapshot.error).toBeUndefined();
    expect(snapshot.status).toBeUndefined();
    expect(snapshot.nodes).toMatchObject([{ 'node-name': 'n0' }]);
    expect(await labels(session, 'block-stream device=')).toEqual(['n0']);
  });

  it('says plainly that it has no such command', async () => {
    expect(await session.run('query-status')).toMatchObject({ status: 'failed', outputs: [{ text: expect.stringContaining('CommandNotFound: ') as string }] });
  });
});
