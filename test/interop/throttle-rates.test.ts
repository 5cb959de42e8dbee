import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/create-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { describeWithQemu, qemu } from '../support/qemu.ts';

const NONE = { bps: 0, bps_rd: 0, bps_wr: 0, iops: 0, iops_rd: 0, iops_wr: 0 };
const LENGTH = 64 * 1024;

describeWithQemu('limits on an image of qemu-img, on the host\'s clock', () => {
  let folder: string;
  let engine: Engine;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qmon-rates-'));
    const file = join(folder, 'a.qcow2');
    await qemu.img('create', '-q', '-f', 'qcow2', file, '64M');
    engine = await createEngine({ machine: { drives: [{ id: 'd', if: 'none', file, format: 'qcow2' }] } });
    // What a first command loads is not to be measured.
    await io('aio_write 0 512');
    await io('aio_flush');
  });

  afterAll(async () => {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  });

  const io = (line: string) => engine.execute('human-monitor-command', { 'command-line': `qemu-io d "${line}"` });

  /** Requests a second, from the moment when what may pass at once has passed. */
  async function rate(verb: string, { free, count }: { free: number; count: number }): Promise<number> {
    const start = process.hrtime.bigint();
    for (let index = 0; index < free + count; index++) await io(`${verb} ${index * LENGTH} ${LENGTH}`);
    await io('aio_flush');
    return count * 1e9 / Number(process.hrtime.bigint() - start);
  }

  it.each([
    ['aio_write', { bps_wr: 200 * LENGTH }, 200], ['aio_read', { bps: 200 * LENGTH }, 200],
    ['aio_read', { iops_rd: 150 }, 150], ['aio_write', { iops: 100, iops_size: LENGTH / 2 }, 50],
  ])('%s keeps to %j within a tenth', { retry: 2 }, async (verb, limits, limit) => {
    await engine.execute('block_set_io_throttle', { device: 'd', ...NONE, ...limits });
    const measured = await rate(verb, { free: limit / 10, count: limit });
    expect(measured).toBeGreaterThan(limit * 0.9);
    expect(measured).toBeLessThan(limit * 1.1);
  });
});
