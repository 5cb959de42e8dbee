import { expect, it } from 'vitest';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { makeFolder, openEngine } from './open-engine.ts';

async function openDisk() {
  const folder = await makeFolder();
  const file = (name: string) => `${folder}/${name}`;
  await qemu.img('create', '-q', '-f', 'qcow2', file('base.qcow2'), '8M');
  await qemu.io(file('base.qcow2'), 'write -P 1 0 2M');
  await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', file('test.qcow2'));
  await qemu.io(file('test.qcow2'), 'write -P 2 1M 2M', 'write -z 0 64k');
  const opened = await openEngine({ machine: { drives: [{ file: file('test.qcow2'), format: 'qcow2' }] } });
  const finish = () => opened.engine.jobs.all()[0]?.done;
  return { file, finish, ...opened };
}

describeWithQemu('drive-backup', () => {
  it('copies all of the disk into a new image of the source\'s format by default', async () => {
    const { file, finish, run, engine, events } = await openDisk();
    expect(await run('drive-backup', { device: 'ide0-hd0', target: file('copy'), sync: 'full' })).toEqual({});
    await finish();
    expect(events.filter(([name]) => name !== 'JOB_STATUS_CHANGE')).toMatchObject([['BLOCK_JOB_COMPLETED', { device: 'ide0-hd0', type: 'backup' }]]);
    expect(events.find(([name]) => name === 'BLOCK_JOB_COMPLETED')?.[1]).not.toHaveProperty('error');
    expect(await run('query-named-block-nodes')).toHaveLength(4);
    await engine.close();
    expect(await qemu.img('compare', '-f', 'qcow2', '-F', 'qcow2', file('copy'), file('test.qcow2'))).toContain('Images are identical');
    expect(await qemu.img('check', '-f', 'qcow2', file('copy'))).toContain('No errors were found');
    expect(await qemu.img('info', file('copy'))).not.toContain('backing file');
  });

  it('copies the top alone into an image over the source\'s backing image', async () => {
    const { file, finish, run, engine } = await openDisk();
    expect(await run('drive-backup', { device: 'ide0-hd0', target: file('copy'), sync: 'top' })).toEqual({});
    await finish();
    await engine.close();
    expect(await qemu.img('info', file('copy'))).toMatch(/backing file: .*base\.qcow2/);
    expect(await qemu.img('compare', '-f', 'qcow2', '-F', 'qcow2', file('copy'), file('test.qcow2'))).toContain('Images are identical');
  });

  it('fills an image that exists, probing its format', async () => {
    const { file, finish, run, engine } = await openDisk();
    await qemu.img('create', '-q', '-f', 'qcow2', '-o', 'cluster_size=4k', file('there'), '8M');
    expect(await run('drive-backup', { device: 'ide0-hd0', target: file('there'), sync: 'full', mode: 'existing' })).toEqual({});
    await finish();
    await engine.close();
    expect(await qemu.img('compare', '-f', 'qcow2', '-F', 'qcow2', file('there'), file('test.qcow2'))).toContain('Images are identical');
    expect(await qemu.img('info', file('there'))).toContain('cluster_size: 4096');
  });

  it('writes compressed when asked', async () => {
    const { file, finish, run, engine } = await openDisk();
    expect(await run('drive-backup', { device: 'ide0-hd0', target: file('copy'), sync: 'full', compress: true })).toEqual({});
    await finish();
    await engine.close();
    expect(await qemu.img('compare', '-f', 'qcow2', '-F', 'qcow2', file('copy'), file('test.qcow2'))).toContain('Images are identical');
    expect(await qemu.img('check', '-f', 'qcow2', file('copy'))).toMatch(/100\.00% compressed clusters/);
  });

  it('keeps only what the guest overwrites with sync=none', async () => {
    const { file, finish, run, engine } = await openDisk();
    expect(await run('drive-backup', { device: 'ide0-hd0', target: file('copy'), sync: 'none' })).toEqual({});
    await run('x-qemu-io', { device: 'ide0-hd0', command: 'write -P 9 1M 64k' });
    await run('block-job-cancel', { device: 'ide0-hd0' });
    await finish();
    await engine.close();
    expect(await qemu.io(file('copy'), 'read -P 2 1M 64k')).not.toContain('failed');
    expect(await qemu.io(file('test.qcow2'), 'read -P 9 1M 64k')).not.toContain('failed');
  });

  it('creates nothing when the job would be refused', async () => {
    const { file, run } = await openDisk();
    const backup = { device: 'ide0-hd0', target: file('copy'), sync: 'full' };
    for (const wrong of [{ 'job-id': '1x' }, { speed: -1 }, { format: 'bogus' }, { sync: 'incremental' }, { bitmap: 'b' }, { device: 'nope' }]) {
      expect(await run('drive-backup', { ...backup, ...wrong })).toMatch(/^GenericError/);
    }
    await expect(qemu.img('info', file('copy'))).rejects.toThrow('No such file');
    expect(await run('query-block-jobs')).toEqual([]);
  });
});
