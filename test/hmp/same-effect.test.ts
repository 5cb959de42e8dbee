import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { QemuMonitor } from '../support/qemu-monitor.ts';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { ourMonitor } from './our-monitor.ts';

/** A QEMU with a disk, a CD and a plain image; lines go through our monitor or through its own. */
class Machine {
  readonly folder: string;
  readonly monitor: QemuMonitor;
  readonly run: (line: string) => Promise<string>;

  constructor(folder: string, monitor: QemuMonitor, isOurs: boolean) {
    this.folder = folder;
    this.monitor = monitor;
    this.run = isOurs ? (line) => ourMonitor(monitor).run(line) : (line) => monitor.human(line);
  }

  static async start(isOurs: boolean): Promise<Machine> {
    const folder = await mkdtemp(join(tmpdir(), 'qmon-hmp-'));
    const at = (name: string) => join(folder, name);
    await qemu.img('create', '-q', '-f', 'qcow2', at('base.qcow2'), '64M');
    await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', at('ov.qcow2'));
    await qemu.io(at('base.qcow2'), 'write -P 1 0 8M');
    await qemu.img('create', '-q', '-f', 'raw', at('data.raw'), '16M');
    await qemu.img('create', '-q', '-f', 'raw', at('cd.iso'), '1M');
    const monitor = await QemuMonitor.start(
      '-drive', `if=none,id=drive0,file=${at('ov.qcow2')}`, '-device', 'virtio-blk-pci,drive=drive0,id=vd0',
      '-drive', `if=none,id=ide1-cd0,media=cdrom,file=${at('cd.iso')},format=raw`, '-device', 'ide-cd,drive=ide1-cd0,id=cd0',
      '-drive', `if=none,id=raw0,file=${at('data.raw')},format=raw`,
    );
    return new Machine(folder, monitor, isOurs);
  }

  /** The line's text and the state after it, without what differs from one machine to the next. */
  async observe(line: string): Promise<string> {
    const text = await this.run(line.replaceAll('DIR', this.folder));
    if (/^(drive_backup|block_job_cancel)/.test(line)) await this.#jobsEnd();
    const state = [text, await this.monitor.human('info block -v'), await this.monitor.human('info block-jobs')].join('---\r\n');
    return state.replaceAll(this.folder, 'DIR').replaceAll(/#block\d+/g, '#block').replaceAll(/disk size: .*|Completed \d+|\d\d:\d\d:\d\d|\d{4}-\d\d-\d\d/g, '...');
  }

  /** Jobs take their own time, a rate limit makes even a cancelled one wait. */
  async #jobsEnd(): Promise<void> {
    for (let tries = 0; tries < 400; tries++) {
      if ((await this.monitor.human('info block-jobs')) === 'No active jobs\r\n') return;
      await sleep(25);
    }
  }

  async stop(): Promise<void> {
    await this.monitor.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

describeWithQemu('a line has the same effect through our monitor as through QEMU\'s', () => {
  let ours: Machine;
  let theirs: Machine;
  beforeAll(async () => { [ours, theirs] = await Promise.all([Machine.start(true), Machine.start(false)]); });
  afterAll(async () => { await Promise.all([ours.stop(), theirs.stop()]); });

  it.each([
    ['media', ['eject ide1-cd0', 'eject ide1-cd0', 'change ide1-cd0 DIR/data.raw raw read-only', 'change ide1-cd0 -f "DIR/cd.iso"', 'eject -f ide1-cd0']],
    ['sizes', ['block_resize drive0 80M', 'block_resize drive0 80', 'block_resize drive0 0x50', 'block_resize drive0 83886080B',
      'block_resize drive0 81920k', 'block_resize drive0 0.078125g', 'block_resize raw0 1.5', 'block_resize raw0 1.']],
    ['limits', ['block_set_io_throttle raw0 1024 * 1024 0 0 100 0 0', 'block_set_io_throttle raw0 0 0 0 10 & 3 0 0',
      'block_set_io_throttle raw0 \'A\' 0 0 0 0 0', 'block_set_io_throttle raw0 1000 -1 0 0 0 0 0',
      'block_set_io_throttle /machine/peripheral/vd0/virtio-backend (1+2)*3 0 0 ~0-~7 0 0', 'block_set_io_throttle raw0 0 0 0 0 0 0']],
    ['snapshots', ['snapshot_blkdev raw0 DIR/s.qcow2', 'snapshot_blkdev_internal drive0 s1', 'snapshot_blkdev_internal drive0 s2',
      'snapshot_delete_blkdev_internal drive0 s1', 'snapshot_delete_blkdev_internal drive0 s2 2', 'snapshot_blkdev raw0 DIR/s.qcow2',
      'snapshot_blkdev drive0 DIR/t.qed qed']],
    ['backups', ['drive_backup drive0 DIR/b.qcow2', 'drive_backup -f raw0 DIR/b.raw raw', 'drive_backup -n -f raw0 DIR/b.raw raw',
      'drive_backup drive0 DIR/c.raw raw', 'drive_backup -f -c drive0 DIR/d.qcow2 qcow2']],
    ['mirrors', ['drive_mirror -f raw0 DIR/m.raw', 'block_job_pause raw0', 'block_job_pause raw0', 'block_job_resume raw0',
      'block_job_set_speed raw0 1M', 'drive_mirror raw0 DIR/n.raw', 'block_job_cancel -f raw0']],
    ['streams', ['block_stream drive0 1K', 'block_job_set_speed drive0 2', 'block_job_complete drive0', 'block_job_cancel drive0']],
    ['exports', ['nbd_server_start -a -w unix:DIR/nbd', 'nbd_server_start unix:DIR/nbd', 'nbd_server_stop', 'nbd_server_start unix:DIR/nbd',
      'nbd_server_add raw0', 'nbd_server_add raw0', 'nbd_server_add -w raw0 other', 'nbd_server_remove raw0', 'nbd_server_remove -f other', 'nbd_server_stop']],
    ['the machine', ['stop', 's', 'system_reset', 'device_add virtio-blk-pci,drive=raw0,id=vd1,addr=9', 'device_del vd1', 'object_del tg']],
  ])('%s', async (_, lines) => {
    for (const line of lines) {
      const [mine, real] = await Promise.all([ours.observe(line), theirs.observe(line)]);
      expect(mine, line).toBe(real);
    }
  });
});
