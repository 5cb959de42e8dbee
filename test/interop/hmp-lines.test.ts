import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { GraphReferee } from './graph-referee.ts';
import type { GraphRefereeInit } from './graph-referee.ts';
import { parseTranscript } from './transcript.ts';

const machine = {
  drives: [
    { id: 'drive0', if: 'none', file: 'ov.qcow2', format: 'qcow2', 'node-name': 'n0', cache: 'none', 'detect-zeroes': 'unmap', discard: 'unmap' },
    { id: 'ide1-cd0', if: 'none', media: 'cdrom', file: 'cd.iso', format: 'raw' },
    { id: 'raw0', if: 'none', file: 'data.raw', format: 'raw', cache: 'unsafe' },
    { id: 'fl0', if: 'floppy' },
    { id: 'plain', if: 'none', file: 'plain.qcow2', format: 'qcow2', 'node-name': 'bfmt' },
    { id: 'old', if: 'none', file: 'old.qcow2', format: 'qcow2', 'throttling.iops-read': 7 },
  ],
  devices: [
    { driver: 'virtio-blk-pci', id: 'vd0', drive: 'drive0' }, { driver: 'ide-cd', id: 'cd0', drive: 'ide1-cd0' }, { driver: 'ide-cd', id: 'cd1' },
  ],
  makeImages: async (file: (short: string) => string) => {
    await qemu.img('create', '-q', '-f', 'qcow2', file('base.qcow2'), '64M');
    await qemu.io(file('base.qcow2'), 'write -P 1 0 8M');
    await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', file('ov.qcow2'));
    await qemu.io(file('ov.qcow2'), 'write -P 2 0 2M');
    await qemu.img('create', '-q', '-f', 'qcow2', file('plain.qcow2'), '4M');
    await qemu.img('create', '-q', '-f', 'qcow2', '-o', 'compat=0.10', file('old.qcow2'), '1025M');
    await qemu.img('create', '-q', '-f', 'raw', file('data.raw'), '16M');
    await qemu.img('create', '-q', '-f', 'raw', file('cd.iso'), '1M');
    await qemu.img('create', '-q', '-f', 'raw', file('cd2.iso'), '2M');
  },
} satisfies GraphRefereeInit;

/** Lines of the human monitor as steps; what follows `=>` is this engine's own answer. */
const steps = (lines: string) => parseTranscript(lines.trim().split('\n').map((line) => line.trim())
  .map((line) => (line === '' || /^(#|=>|wait-for-jobs)/.test(line) ? line : `hmp ${line}`)).join('\n'));

describeWithQemu('lines of the human monitor have the same effect and text as QEMU\'s', () => {
  let referee: GraphReferee;
  const play = (lines: string) => referee.play(steps(lines));
  beforeAll(async () => { referee = await GraphReferee.start({ ...machine, watchGraph: true }); });
  afterAll(() => referee?.stop());

  it('when they show something', () => play(`
    info block
    info block drive0
    info block ide1-cd0
    info block cd1
    info block fl0
    info block -v
    info block -v drive0
    info block -n
    info block -n -v
    info block -n n0
    info block bfmt
    info block -v bfmt
    info block nosuch
    info block ""
    info block a b
    info block-jobs
    info snapshots
    info history
    info   block   fl0
    info bogus
    info bogus x
    info/x
  `));

  it('when they are wrong', () => play(`
    bogus
    Eject x
    inf block
    help nosuch
    help info nosuch
    eject
    eject ""
    eject -x drive0
    eject - drive0
    eject drive0 x
    eject -f
    eject drive0
    eject nosuch
    eject "drive0"
    eject "a\\"b"
    stop x
    s x
    q x
    cont\tx
    block_resize nosuch 100
    block_resize drive0 -5
    block_resize drive0 abc
    block_resize drive0
    block_resize drive0 1025B
    block_resize drive0 100 M
    block_resize drive0 100MB
    block_resize drive0 1e3
    block_resize drive0 8E
    block_resize drive0 .5G
    block_stream drive0 nosuchspeed
    block_stream drive0 0 nosuchbase
    block_stream
    block_stream nosuch
    block_set_io_throttle drive0
    block_set_io_throttle raw0 1M
    block_set_io_throttle raw0 (1
    block_set_io_throttle raw0 1/0
    block_set_io_throttle raw0 $foo
    block_set_io_throttle raw0 'A
    block_set_io_throttle raw0 '
    block_set_io_throttle raw0 08
    block_set_io_throttle raw0 99999999999999999999
    block_set_io_throttle raw0 -1 0 0 0 0 0
    block_set_io_throttle raw0 0 0 0 0 0 0 7
    block_set_io_throttle raw0 1 1 0 0 0 0
    block_set_io_throttle fl0 0 0 0 0 0 0
    block_set_io_throttle nosuch 0 0 0 0 0 0
    block_set_io_throttle raw0 0x7fffffffffffffff 0 0 0 0 0
    snapshot_blkdev drive0
    snapshot_blkdev
    change ide1-cd0
    change ide1-cd0 x raw bogus
    change ide1-cd0 nosuchfile
    change ide1-cd0 cd2.iso bogusfmt
    change nosuch x
    change drive0 x
    change ide1-cd0 -x y
    drive_del nosuch
    device_del nosuch
    device_del
    object_del nosuch
    device_add bogus
    device_add virtio-blk-pci,bogus=1
    device_add virtio-blk-pci,drive=nosuch
    device_add
    qemu-io
    qemu-io drive0
    qemu-io drive0 read 0 4k
    block_job_pause nosuch
    block_job_resume nosuch
    block_job_complete nosuch
    block_job_cancel nosuch
    block_job_cancel -f nosuch
    block_job_set_speed nosuch 1M
    block_job_set_speed nosuch
    drive_mirror drive0
    drive_mirror nosuch x
    drive_backup -z drive0
    drive_backup nosuch x
    drive_backup - drive0 z
    snapshot_blkdev_internal drive0
    snapshot_blkdev_internal raw0 s
    snapshot_delete_blkdev_internal drive0 nosuch
    snapshot_delete_blkdev_internal drive0 nosuch 9
    commit
    commit nosuch
    commit raw0
    commit fl0
    savevm a b
    loadvm
    delvm
    delvm nosuch
    loadvm nosuch
    savevm s0
    drive_add 0
    drive_add
    drive_add 0 if=virtio
    drive_add 0 if=bogus
    drive_add -n 0 driver=null-co
    drive_add -n 0 node-name=x
    nbd_server_start
    print 1|2+4
    p 12
    p/x 255
    print/c 65
    print/z 5
    print 1/0
    p/o 8
    p/d -1
    p/u -1
    p/i 5
    print
  `));

  it('on media', () => play(`
    eject ide1-cd0
    eject ide1-cd0
    change ide1-cd0 cd2.iso raw read-only
    info block ide1-cd0
    change ide1-cd0 -f "cd.iso" raw
    eject -f ide1-cd0
    change ide1-cd0 cd2.iso raw retain
    change fl0 data.raw raw read-only
    eject fl0
    info block
  `));

  it('on sizes and limits', () => play(`
    block_resize drive0 80M
    block_resize drive0 80
    block_resize drive0 0x50
    block_resize drive0 83886080B
    block_resize drive0 81920k
    block_resize drive0 0.078125g
    block_resize raw0 1.5
    block_resize raw0 1.
    block_set_io_throttle raw0 1024 * 1024 0 0 100 0 0
    block_set_io_throttle raw0 0 0 0 10 & 3 0 0
    block_set_io_throttle raw0 'A' 0 0 0 0 0
    info block raw0
    block_set_io_throttle raw0 1000 -1 0 0 0 0 0
    block_set_io_throttle /machine/peripheral/vd0/virtio-backend (1+2)*3 0 0 ~0-~7 0 0
    block_set_io_throttle /machine/peripheral/vd0/virtio-backend 0 0 0 0 0 0
    block_set_io_throttle raw0 0 0 0 0 0 0
    block_set_io_throttle ide1-cd0 0 0 0 0 0 0
  `));

  it('on snapshots', () => play(`
    snapshot_blkdev_internal drive0 s1
    snapshot_blkdev_internal drive0 s2
    info snapshots
    info block -v drive0
    snapshot_blkdev_internal drive0 s1
    snapshot_delete_blkdev_internal drive0 s1
    snapshot_delete_blkdev_internal drive0 s2 2
    snapshot_blkdev raw0 s.qcow2
    snapshot_blkdev raw0 s.qcow2
    snapshot_blkdev plain t.qcow2 qcow2
    info block -v raw0
    snapshot_blkdev -n plain t.qcow2 qcow2
  `));

  it('on jobs', () => play(`
    drive_backup drive0 b.qcow2
    wait-for-jobs
    drive_backup -f raw0 b.raw raw
    wait-for-jobs
    drive_backup -n -f raw0 b.raw raw
    wait-for-jobs
    drive_backup drive0 c.raw raw
    drive_backup -f -c drive0 d.qcow2 qcow2
    wait-for-jobs
    drive_mirror -f raw0 m.raw
    info block-jobs
    block_job_pause raw0
    block_job_pause raw0
    block_job_resume raw0
    block_job_set_speed raw0 1M
    drive_mirror raw0 n.raw
    block_job_cancel -f raw0
    wait-for-jobs
    drive_mirror raw0 m2.qcow2 qcow2
    block_job_complete raw0
    wait-for-jobs
    block_stream drive0 1K
    block_job_set_speed drive0 2
    block_job_complete drive0
    block_resize drive0 90
    block_job_cancel drive0
    wait-for-jobs
    block_stream drive0
    wait-for-jobs
    info block -v drive0
  `));

  it('on the machine', () => play(`
    stop
    s
    system_reset
    device_add scsi-hd,drive=raw0
    device_add virtio-blk-pci,drive=plain,id=vd1
    device_add virtio-blk-pci,drive=plain,id=vd1
    info block plain
    device_del vd1
    object_add iothread,id=io1
    object_del io1
    object_del io1
    drive_add -n 0 driver=null-co,node-name=x0
    info block x0
    drive_del x0
    drive_del n0
    drive_add 0 if=none,id=d9,file=cd2.iso,format=raw
    drive_add 0 if=none,id=d9,file=cd2.iso,format=raw
    info block d9
    drive_del d9
    info block
  `));

  it('on exports', () => play(`
    nbd_server_stop
    nbd_server_add raw0
    nbd_server_start
    nbd_server_start 127.0.0.1
    nbd_server_start -w 127.0.0.1:0
    nbd_server_start unix:nbd
    nbd_server_start unix:nbd
    nbd_server_add raw0
    nbd_server_add raw0
    nbd_server_add nosuch
    nbd_server_add -w plain other
    nbd_server_add bfmt
    nbd_server_remove nosuch
    nbd_server_remove raw0
    nbd_server_remove -f other
    nbd_server_add fl0
    nbd_server_stop
    nbd_server_start -a unix:nbd
    nbd_server_stop
  `));

  it('at least 150 of them', () => expect(referee.steps).toBeGreaterThanOrEqual(150));
});

describeWithQemu('lines that write images down have the same effect on what they hold', () => {
  let referee: GraphReferee;
  beforeAll(async () => { referee = await GraphReferee.start(machine); });
  afterAll(() => referee?.stop());

  it('without the freeze: here a job does the work, and the image above keeps what it has', async () => {
    await referee.play(steps(`
      snapshot_blkdev plain c1.qcow2
      qemu-io plain "write -P 7 64k 64k"
      commit plain
      => ""
      wait-for-jobs
      qemu-io plain "read -P 7 64k 64k"
      drive_mirror -f plain p.qcow2
      commit plain
      block_job_cancel plain
      wait-for-jobs
      commit all
      => ""
      commit bfmt
      commit plain x
      delvm nosuch
    `));
    await referee.compareImages(['plain.qcow2', 'base.qcow2']);
  });
});
