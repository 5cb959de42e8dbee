import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { QemuMonitor } from '../support/qemu-monitor.ts';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { ourMonitor } from './our-monitor.ts';

async function makeImages(folder: string): Promise<string[]> {
  const at = (name: string) => join(folder, name);
  await qemu.img('create', '-q', '-f', 'qcow2', at('base.qcow2'), '64M');
  await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', at('ov.qcow2'));
  await qemu.io(at('ov.qcow2'), 'write -P 1 0 2M');
  await qemu.img('snapshot', '-c', 's1', at('ov.qcow2'));
  await qemu.img('snapshot', '-c', 'a-name-longer-than-its-column', at('ov.qcow2'));
  await qemu.img('create', '-q', '-f', 'qcow2', '-o', 'compat=0.10', at('old.qcow2'), '1025M');
  await qemu.img('create', '-q', '-f', 'qcow2', at('plain.qcow2'), '197120');
  await qemu.img('create', '-q', '-f', 'raw', at('data.raw'), '16M');
  await qemu.img('create', '-q', '-f', 'raw', at('cd.iso'), '1M');
  return [
    '-drive', `if=none,id=drive0,file=${at('ov.qcow2')},node-name=n0,cache=none,detect-zeroes=unmap,discard=unmap`,
    '-device', 'virtio-blk-pci,drive=drive0,id=vd0',
    '-drive', `if=ide,index=2,media=cdrom,id=ide1-cd0,file=${at('cd.iso')},format=raw`,
    '-drive', `if=none,id=raw0,file=${at('data.raw')},format=raw,cache=unsafe,throttling.bps-total=1048576,throttling.group=tg`,
    '-drive', 'if=floppy,id=fl0',
    '-device', 'ide-cd,id=cd1',
    '-drive', `if=none,id=old,file=${at('old.qcow2')},cache=writethrough,throttling.iops-read=7`,
    '-blockdev', `driver=qcow2,node-name=bfmt,file.driver=file,file.filename=${at('plain.qcow2')}`,
    '-blockdev', 'driver=null-co,node-name=null0,size=16777216,read-zeroes=on',
  ];
}

/** A line of help before its words: the command with its group and aliases, and its arguments. */
const call = (line: string): [name: string, usage: string] => {
  const [before = ''] = line.split(' -- ');
  const [, name = '', usage = ''] = /^((?:info )?\S+) ?(.*)$/.exec(before) ?? [];
  return [name, usage];
};

describeWithQemu('our texts are the real QEMU\'s, byte for byte', () => {
  let folder: string;
  let args: string[];
  let monitor: QemuMonitor;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qmon-hmp-'));
    args = await makeImages(folder);
    monitor = await QemuMonitor.start(...args);
  });
  afterAll(async () => {
    await monitor.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([
    'info block', 'info block drive0', 'info block ide1-cd0', 'info block -v', 'info block -v drive0', 'info block -n', 'info block -n -v',
    'info block -n n0', 'info block bfmt', 'info block -v bfmt', 'info block null0', 'info block nosuch', 'info block ""', 'info block a b',
    'info block-jobs', 'info version', 'info status', 'info snapshots', 'info history', '  info   block   fl0  ',
    '', '   ', 'bogus', 'info bogus', 'info bogus x', 'info/x', 'Eject x', 'inf block', 'help nosuch', 'help info nosuch',
    'eject', 'eject ""', 'eject -x drive0', 'eject - drive0', 'eject drive0 x', 'eject -f', 'eject drive0', 'eject nosuch',
    'eject "drive0"', 'eject "a\\"b"', 'stop x', 's x', 'q x', 'cont\tx',
    'block_resize nosuch 100', 'block_resize drive0 -5', 'block_resize drive0 abc', 'block_resize drive0', 'block_resize drive0 1025B',
    'block_resize drive0 100 M', 'block_resize drive0 100MB', 'block_resize drive0 1e3', 'block_resize drive0 8E', 'block_resize drive0 .5G',
    'block_stream drive0 nosuchspeed', 'block_stream drive0 0 nosuchbase', 'block_stream', 'block_stream nosuch',
    'block_set_io_throttle drive0', 'block_set_io_throttle raw0 1M', 'block_set_io_throttle raw0 (1', 'block_set_io_throttle raw0 1/0',
    'block_set_io_throttle raw0 $foo', 'block_set_io_throttle raw0 \'A', 'block_set_io_throttle raw0 \'', 'block_set_io_throttle raw0 08',
    'block_set_io_throttle raw0 99999999999999999999', 'block_set_io_throttle raw0 -1 0 0 0 0 0', 'block_set_io_throttle raw0 0 0 0 0 0 0 7',
    'block_set_io_throttle raw0 1 1 0 0 0 0', 'block_set_io_throttle fl0 0 0 0 0 0 0', 'block_set_io_throttle nosuch 0 0 0 0 0 0',
    'block_set_io_throttle raw0 0x7fffffffffffffff 0 0 0 0 0', 'block_set_io_throttle raw0 18446744073709551616 0 0 0 0 0',
    'nbd_server_start 127.0.0.1', 'nbd_server_start -w 127.0.0.1:0', 'nbd_server_start', 'nbd_server_stop', 'nbd_server_add drive0',
    'nbd_server_remove nosuch', 'snapshot_blkdev drive0', 'snapshot_blkdev', 'change ide1-cd0', 'change ide1-cd0 x raw bogus',
    'change ide1-cd0 nosuchfile', 'change ide1-cd0 nosuchfile raw read-only', 'change nosuch x', 'change drive0 x', 'change ide1-cd0 -x y',
    'drive_del nosuch', 'device_del nosuch', 'device_del', 'object_del nosuch', 'device_add bogus', 'device_add virtio-blk-pci,bogus=1',
    'device_add virtio-blk-pci,drive=nosuch', 'device_add', 'device_add scsi-hd,drive=raw0', 'qemu-io', 'qemu-io drive0', 'qemu-io drive0 read 0 4k',
    'block_job_pause nosuch', 'block_job_resume nosuch', 'block_job_complete nosuch', 'block_job_cancel nosuch', 'block_job_cancel -f nosuch',
    'block_job_set_speed nosuch 1M', 'block_job_set_speed nosuch', 'drive_mirror drive0', 'drive_mirror nosuch x', 'drive_backup -z drive0',
    'drive_backup nosuch x', 'drive_backup - drive0 z', 'snapshot_blkdev_internal drive0', 'snapshot_blkdev_internal raw0 s',
    'snapshot_blkdev_internal drive0 s1', 'snapshot_delete_blkdev_internal drive0 nosuch', 'snapshot_delete_blkdev_internal drive0 nosuch 9',
  ])('%j', async (line) => {
    const expected = await monitor.human(line);
    expect(await ourMonitor(monitor).run(line)).toBe(expected);
  });

  it('the names, aliases and arguments that help shows; what it says of them is ours', async () => {
    const theirs = new Map((await monitor.human('help')).concat(await monitor.human('help info')).split('\r\n').map(call));
    const ours = await ourMonitor(monitor).run('help') + await ourMonitor(monitor).run('help info');
    const other = ['commit', 'qemu-io']; // the one has a switch of ours, and QEMU says of the other that its arguments may be left out
    for (const [name, usage] of ours.split('\r\n').map(call)) {
      const known = theirs.get(name)?.replace(name, '').trim(); // of some QEMU says the name twice
      if (known !== undefined && !other.includes(name)) expect.soft(`${name} ${usage}`).toBe(`${name} ${known}`);
    }
  });

  it('what QEMU knows and we do not', async () => {
    const passing = ourMonitor(monitor, (line) => monitor.human(line));
    for (const line of ['set_link foo maybe', 'info registers 9999999999', 'info mtree -x', 'info qdm', 'bogus', 'help migrate']) {
      expect(await passing.run(line), line).toBe(await monitor.human(line));
    }
  });

  it('info blockstats, but for the time that passes', async () => {
    const settle = (text: string) => text.replaceAll(/idle_time_ns=\d+/g, 'idle_time_ns=N');
    expect(settle(await ourMonitor(monitor).run('info blockstats'))).toBe(settle(await monitor.human('info blockstats')));
  });

  it('the tables of snapshots, with the partial ones', async () => {
    await qemu.img('create', '-q', '-f', 'qcow2', join(folder, 'a.qcow2'), '1M');
    await qemu.img('create', '-q', '-f', 'qcow2', join(folder, 'b.qcow2'), '1M');
    const drives = ['a', 'b'].flatMap((id) => ['-drive', `if=none,id=${id},file=${join(folder, id)}.qcow2`]);
    const other = await QemuMonitor.start(...drives, '-device', 'ide-cd');
    try {
      const both = async () => expect(await ourMonitor(other).run('info snapshots')).toBe(await other.human('info snapshots'));
      await both();
      for (const line of ['a on-both', 'b on-both', 'b only-b', 'a a-name-longer-than-its-column']) {
        await other.human(`snapshot_blkdev_internal ${line}`);
        await both();
      }
      await other.human('snapshot_delete_blkdev_internal a on-both');
      await both();
    } finally {
      await other.stop();
    }
  });
});
