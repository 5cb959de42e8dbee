import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { describeWithQemu } from '../support/qemu.ts';
import { bin } from '../support/qmon.ts';
import { launch } from '../support/terminal.ts';
import type { LaunchedTerminal } from '../support/terminal.ts';
import { start, startStorageDaemon, stop, temporaryFolder } from './link-peers.ts';

const isBuilt = existsSync(new URL('../../dist/program.js', import.meta.url));

/** A paused PC with two virtio disks made of nodes, one of them without an id, and an empty floppy drive. */
function startMachine(path: string) {
  const disks = ['d0', 'd1', 'target'].flatMap((name) => ['-blockdev', `driver=null-co,node-name=${name},size=67108864,read-zeroes=on`]);
  return start('qemu-system-x86_64', ['-S', '-nodefaults', '-display', 'none', '-qmp', `unix:${path},server=on,wait=off`, ...disks,
    '-device', 'virtio-blk-pci,id=vd0,drive=d0', '-device', 'virtio-blk-pci,drive=d1', '-device', 'isa-fdc', '-device', 'floppy,id=fd0']);
}

/** The built program on a socket, with a state folder of its own. */
function open(path: string): LaunchedTerminal {
  const monitor = launch([bin, '--connect', path], { cols: 120, rows: 40, env: { XDG_STATE_HOME: temporaryFolder() } });
  onTestFinished(() => monitor.kill());
  return monitor;
}

const patience = 20_000;

describeWithQemu('the screen on a real QEMU', () => {
  it.skipIf(!isBuilt)('shows devices that have no names, and no tray where there is none', async () => {
    const path = join(temporaryFolder(), 'q');
    startMachine(path);
    const screen = open(path);
    await screen.until(/^vd0 +d0 +null-co +64 MiB .* rw /m, patience);
    expect(screen.screen()).toMatch(/^device\[0\] +d1 +null-co/m);
    expect(screen.screen()).toMatch(/^fd0( +–)+ +no medium$/m);
    expect(screen.screen()).toMatch(/^vd0 +0 B\/s/m);
  });

  it.skipIf(!isBuilt)('says of a job what can be done next, and how it ended', async () => {
    const path = join(temporaryFolder(), 'q');
    startMachine(path);
    const screen = open(path);
    await screen.until(/^vd0 /m, patience);
    screen.type('blockdev-mirror job-id=m device=d0 target=target sync=full auto-finalize=false\r');
    await screen.until(/^m +mirror +━+ +100\.0% .* ready .* complete, /m, patience);
    screen.type('block_job_pause m\r');
    await screen.until(/^m +mirror .* standby .*(ready but paused|resume)/m);
    screen.type('block_job_resume m\r');
    await screen.until(/^m .* ready /m);
    screen.type('block_job_complete m\r');
    await screen.until(/^m .* pending .*finalize/m);
    screen.type('job-finalize id=m\r');
    await screen.until(/^m +mirror .* completed/m);
    expect(screen.screen()).toMatch(/^vd0 +target /m);
  });

  it.skipIf(!isBuilt)('waits for a QEMU that comes later, and for one that comes back', async () => {
    const path = join(temporaryFolder(), 'q');
    const screen = open(path);
    await screen.until(/not connected .*ENOENT.* trying again in \d+ s/, patience);
    const first = startMachine(path);
    await screen.until(/ready, QEMU .* VM prelaunch/, patience);
    first.kill('SIGSTOP');
    screen.type('query-version\r');
    await screen.until(/waiting for query-version/);
    screen.type('typed meanwhile');
    await screen.until('qmon> typed meanwhile');
    await stop(first);
    await screen.until(/LinkError: .*'query-version' ran/);
    await screen.until(/not connected/);
    startMachine(path);
    await screen.until(/ready, QEMU/, patience);
    expect(screen.screen()).toContain('qmon> typed meanwhile');
  }, 60_000);

  it.skipIf(!isBuilt)('says so when the panels are old because QEMU hangs', async () => {
    const path = join(temporaryFolder(), 'q');
    const machine = startMachine(path);
    const screen = open(path);
    await screen.until(/^vd0 /m, patience);
    machine.kill('SIGSTOP');
    await screen.until(/panels are old: no reply to 'query-/, patience);
    machine.kill('SIGCONT');
    await screen.until(/ready, QEMU/, patience);
  }, 60_000);

  it.skipIf(!isBuilt)('shows the nodes of a storage daemon', async () => {
    const path = join(temporaryFolder(), 'q');
    startStorageDaemon(path, '--blockdev', 'driver=null-co,node-name=n1,size=1048576');
    const screen = open(path);
    await screen.until(/^n1 +n1 +null-co +1 MiB/m, patience);
  });

  it.skipIf(!isBuilt)('says what answers when it is the human monitor', async () => {
    const path = join(temporaryFolder(), 'h');
    start('qemu-system-x86_64', ['-S', '-nodefaults', '-display', 'none', '-machine', 'none', '-monitor', `unix:${path},server=on,wait=off`]);
    await open(path).until(/not a QMP message: "QEMU [\d.]+ monitor/, patience);
  });
});
