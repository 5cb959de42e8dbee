// How near a throttled drive comes to its limit on the host's clock: node test/bench/throttle.mjs; needs dist/ (npm run build).
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '../../dist/index.js';

const NONE = { bps: 0, bps_rd: 0, bps_wr: 0, iops: 0, iops_rd: 0, iops_wr: 0 };
const LENGTH = 64 * 1024;

const folder = mkdtempSync(join(tmpdir(), 'qmon-throttle-'));
const file = join(folder, 'a.raw');
writeFileSync(file, '');
truncateSync(file, 64 << 20);
const engine = await createEngine({ machine: { drives: [{ id: 'd', if: 'none', file, format: 'raw' }] } });
const io = (line) => engine.execute('human-monitor-command', { 'command-line': `qemu-io d "${line}"` });

/** Requests a second, counted from when what may pass at once has passed. */
async function rate(verb, free, count) {
  const start = process.hrtime.bigint();
  for (let index = 0; index < free + count; index++) await io(`${verb} ${index * LENGTH} ${LENGTH}`);
  await io('aio_flush');
  return count * 1e9 / Number(process.hrtime.bigint() - start);
}

await io('aio_write 0 512');
await io('aio_flush');
console.log('requests of 64 KiB a second, measured / limit');
for (const [verb, limits, limit] of [
  ['aio_write', { bps_wr: 200 * LENGTH }, 200], ['aio_read', { bps: 200 * LENGTH }, 200],
  ['aio_read', { iops_rd: 150 }, 150], ['aio_write', { iops: 100, iops_size: LENGTH / 2 }, 50],
]) {
  await engine.execute('block_set_io_throttle', { device: 'd', ...NONE, ...limits });
  const measured = await rate(verb, limit / 10, limit);
  console.log(`${verb.padEnd(10)} ${JSON.stringify(limits).padEnd(34)} ${measured.toFixed(1).padStart(7)} / ${limit}  ${(measured / limit).toFixed(3)}`);
}
await engine.close();
rmSync(folder, { recursive: true, force: true });
