import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDemo } from '../../src/machine/demo.ts';
import { openEngine } from '../engine/open-engine.ts';
import { describeWithQemu, qemu } from '../support/qemu.ts';

describe('the demo machine', () => {
  it('is the machine of the seeds, with a guest at work', async () => {
    const { engine, run } = await openEngine({ demo: true });
    const rows = await run('query-block');
    expect(rows.map((row: { device: string }) => row.device)).toEqual(['ide0-hd0', 'ide1-cd0', 'floppy0', 'sd0']);
    expect(rows[0].inserted).toMatchObject({ drv: 'qcow2', backing_file_depth: 1, image: { 'virtual-size': 64 << 20, 'backing-filename': 'base.qcow2' } });
    expect(rows[1].inserted).toMatchObject({ drv: 'raw', ro: true });
    expect(rows[2]).not.toHaveProperty('inserted');
    expect(engine.machine.describeGuest()).toEqual(['synthetic guest on ide0-hd0: 40 reads/s of 4 KiB, 15 writes/s of 16 KiB']);
    await expect.poll(async () => (await run('query-blockstats'))[0].stats.rd_operations, { timeout: 5000 }).toBeGreaterThan(4);
    await run('stop');
    const still = async () => (await run('query-blockstats'))[0].stats.wr_operations as number;
    await new Promise((resolve) => setTimeout(resolve, 150));
    const before = await still();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await still()).toBe(before);
  });

  it('is gone when the engine closes', async () => {
    const { engine, run } = await openEngine({ demo: true });
    const file = (await run('query-block'))[0].inserted.file as string;
    expect(existsSync(file)).toBe(true);
    await engine.close();
    expect(existsSync(file)).toBe(false);
  });
});

describeWithQemu('the images of the demo machine', () => {
  it('are right for qemu-img, and the CD for other programs', async () => {
    const { folder, dispose } = await createDemo();
    onTestFinished(dispose);
    for (const name of ['base.qcow2', 'test.qcow2']) {
      expect(await qemu.img('check', `${folder}/disks/${name}`)).toContain('No errors were found');
    }
    expect(await qemu.img('info', '--backing-chain', `${folder}/disks/test.qcow2`)).toContain('backing file format: qcow2');
    expect(await qemu.io(`${folder}/disks/test.qcow2`, 'read -P 1 0 256k', 'read -P 5 4M 256k', 'read -P 0 1M 1M')).not.toContain('failed');
    const told = await promisify(execFile)('file', ['-b', `${folder}/cd.iso`], { timeout: 20_000 }).catch(() => undefined);
    if (told) expect(told.stdout).toContain("ISO 9660 CD-ROM filesystem data 'QMON_DEMO'");
  });
});
