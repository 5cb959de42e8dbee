import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findRunningMonitors } from '../../../src/cli/discovery/running-monitors.ts';
import { describeWithQemu } from '../../support/qemu.ts';
import { bin, runQmon, temporaryFolder } from '../../support/qmon.ts';
import { launch } from '../../support/terminal.ts';

/** A machine with a QMP socket of a relative name and one behind a chardev, and a human monitor. */
async function start(): Promise<string> {
  const folder = temporaryFolder();
  const child = spawn('timeout', ['60', 'qemu-system-x86_64', '-machine', 'none', '-S', '-display', 'none', '-nodefaults', '-name', `guest=found in ${folder}`,
    '-qmp', 'unix:a,server=on,wait=off', '-monitor', 'unix:hmp,server=on,wait=off',
    '-chardev', `socket,id=c,path=${folder}/b,server=on,wait=off`, '-mon', 'chardev=c,mode=control'], { cwd: folder, stdio: 'ignore' });
  onTestFinished(() => void child.kill());
  await expect.poll(() => ['a', 'b', 'hmp'].every((name) => existsSync(join(folder, name))), { timeout: 20_000 }).toBe(true);
  return folder;
}

const foundIn = (folder: string) => findRunningMonitors().filter(({ name }) => name === `found in ${folder}`)
  .map(({ address, isBusy }) => [address, isBusy]);

describeWithQemu('the running QEMUs', () => {
  it('are found with their QMP sockets, those that somebody holds last', async () => {
    const folder = await start();
    expect(foundIn(folder)).toEqual([[`unix:${folder}/a`, false], [`unix:${folder}/b`, false]]);
    const socket = connect({ path: join(folder, 'b') });
    onTestFinished(() => void socket.destroy());
    await once(socket, 'data');
    expect(foundIn(folder)).toEqual([[`unix:${folder}/a`, false], [`unix:${folder}/b`, true]]);
  });

  it('are told to a script that names none', async () => {
    const folder = await start();
    const { status, stderr } = await runQmon(['exec', '--connect', '-c', 'info version']);
    expect(status).toBe(2);
    expect(stderr).toContain(`unix:${folder}/a`);
    expect(stderr).not.toContain(`${folder}/hmp`);
  });

  it('are offered to shells behind --connect', async () => {
    const folder = await start();
    const { stdout } = await runQmon(['__complete', 'exec', '--connect', `unix:${folder}`]);
    expect(stdout.replace(/process \d+/g, 'process N'))
      .toBe(`unix:${folder}/a\tfound in ${folder}, process N\nunix:${folder}/b\tfound in ${folder}, process N\n`);
  });

  it('are offered behind connect at the prompt', async () => {
    const folder = await start();
    const terminal = launch([bin], { cols: 200, rows: 40, env: { XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder } });
    onTestFinished(() => terminal.kill());
    await terminal.until(/^qmon>/m);
    terminal.type(`connect unix:${folder}\t`);
    await terminal.until(new RegExp(`unix:${folder}/a +found in [^]*unix:${folder}/b +found in `));
    terminal.type('b\r');
    await terminal.until(/\[2 .*\/b\] ─ ready, QEMU/);
  });

  it('are chosen by number', async () => {
    const folder = await start();
    const terminal = launch([bin, '--connect'], { cols: 160, rows: 40, env: { XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder } });
    onTestFinished(() => terminal.kill());
    await terminal.until(/Connect to which\? 1 to \d+, an empty line leaves:$/);
    const number = new RegExp(`^ +(\\d+) +unix:${folder}/b `, 'm').exec(terminal.history().join('\n'))?.[1];
    terminal.type('0\r');
    await terminal.until(/leaves: 0\n.*leaves:$/);
    terminal.type(`${number}\r`);
    await terminal.until(new RegExp(`unix:${folder}/b ─ ready, QEMU`));
  });
});
