import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BlockInfo } from '../../src/qapi/types/block-info.ts';
import type { BlockJobInfo } from '../../src/qapi/types/block-job-info.ts';
import { QemuMonitor } from '../support/qemu-monitor.ts';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { ourMonitor } from './our-monitor.ts';

describeWithQemu('a machine without drive names, as libvirt makes them, obeys by node, id and path', () => {
  let folder: string;
  let monitor: QemuMonitor;
  const at = (name: string) => join(folder, name);
  const run = (line: string) => ourMonitor(monitor).run(line.replaceAll('DIR', folder));
  const shown = async (qdev: RegExp) => ((await monitor.execute('query-block')) as BlockInfo[]).find((row) => qdev.test(row.qdev ?? ''));
  const jobs = async () => (await monitor.execute('query-block-jobs')) as BlockJobInfo[];
  const idle = () => expect.poll(jobs, { timeout: 20_000 }).toEqual([]);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qmon-hmp-'));
    await qemu.img('create', '-q', '-f', 'qcow2', at('base.qcow2'), '16M');
    await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', at('top.qcow2'));
    await qemu.img('create', '-q', '-f', 'raw', at('cd.iso'), '1M');
    monitor = await QemuMonitor.start(
      '-blockdev', `driver=qcow2,node-name=fmt,file.driver=file,file.filename=${at('top.qcow2')}`, '-device', 'virtio-blk-pci,drive=fmt,id=vd0',
      '-blockdev', `driver=raw,node-name=iso,read-only=on,file.driver=file,file.filename=${at('cd.iso')}`, '-device', 'ide-cd,drive=iso,id=cd0',
      '-device', 'ide-cd,id=cd1',
    );
  });
  afterAll(async () => {
    await monitor.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(['fmt', 'vd0', '/machine/peripheral/vd0', '/machine/peripheral/vd0/virtio-backend'])('resizes, limits and unlimits the disk as %s', async (name) => {
    expect(await run(`block_resize ${name} 32M`)).toBe('');
    expect(await run(`block_set_io_throttle ${name} 0 0 0 70 0 0`)).toBe('');
    expect((await shown(/vd0/))?.inserted).toMatchObject({ iops: 70, image: { 'virtual-size': 32 << 20 } });
    expect(await run(`block_set_io_throttle ${name} 0 0 0 0 0 0`)).toBe('');
    expect(await run(`block_resize ${name} 16M`)).toBe('');
  });

  it.each(['iso', 'cd0', '/machine/peripheral/cd0'])('changes and takes out the medium as %s', async (name) => {
    expect(await run(`change ${name} DIR/cd.iso raw read-only`)).toBe('');
    expect(await run('eject cd0')).toBe('');
    expect((await shown(/cd0/))?.tray_open).toBe(true);
    await monitor.execute('blockdev-insert-medium', { id: 'cd0', 'node-name': 'iso' });
    await monitor.execute('blockdev-close-tray', { id: 'cd0' });
  });

  it('fills a drive that was made empty and without a name', async () => {
    expect(await run('change cd1 DIR/cd.iso raw read-only')).toBe('');
    expect((await shown(/cd1/))?.inserted?.file).toBe(at('cd.iso'));
    expect(await run('eject -f /machine/peripheral/cd1')).toBe('');
  });

  it('starts jobs under an id made of the name, and finds them by any name', async () => {
    for (const name of ['fmt', 'vd0', '/machine/peripheral/vd0']) {
      expect(await run(`drive_mirror -f --reuse=off ${name} DIR/m.qcow2`)).toContain('unsupported option');
      expect(await run(`drive_mirror -f ${name} DIR/m.qcow2`)).toBe('');
      expect(await jobs()).toMatchObject([{ device: 'vd0', type: 'mirror' }]);
      expect(await run('block_job_cancel -f /machine/peripheral/vd0/virtio-backend')).toBe('');
      await idle();
    }
    expect(await run('drive_backup vd0 DIR/b.qcow2')).toBe('');
    await idle();
    expect(await run('block_stream vd0 1')).toBe('');
    await idle();
  });

  it('takes snapshots, inside the image and on top of it', async () => {
    expect(await run('snapshot_blkdev_internal vd0 s1')).toBe('');
    expect(await run('snapshot_delete_blkdev_internal fmt s1')).toBe('');
    expect(await run('snapshot_blkdev vd0 DIR/over.qcow2')).toBe('');
    expect((await shown(/vd0/))?.inserted?.file).toBe(at('over.qcow2'));
    expect(await run('block_stream vd0')).toBe('');
    await idle();
  });

  it('hands qemu-io on with the name that QEMU takes', async () => {
    const passed: string[] = [];
    const ours = ourMonitor(monitor, (line) => {
      passed.push(line);
      return monitor.human(line);
    }, ['x-qemu-io']);
    expect(await ours.run('qemu-io vd0 "length"')).toBe('');
    expect(passed[0]).toMatch(/^qemu-io "[^"]+" "length"$/);
    expect(await ours.run('qemu-io nosuch "length"')).toBe(await monitor.human('qemu-io nosuch "length"'));
  });

  it('exports the disk under the name of its node', async () => {
    expect(await run('nbd_server_start unix:DIR/nbd')).toBe('');
    expect(await run('nbd_server_add vd0 disk')).toBe('');
    expect(await run('nbd_server_stop')).toBe('');
  });

  it('still refuses what is not there, in QEMU\'s words', async () => {
    expect(await run('block_resize nosuch 1M')).toBe(await monitor.human('block_resize nosuch 1M'));
    expect(await run('eject nosuch')).toBe(await monitor.human('eject nosuch'));
    expect(await run('drive_mirror nosuch x')).toBe(await monitor.human('drive_mirror nosuch x'));
  });
});
