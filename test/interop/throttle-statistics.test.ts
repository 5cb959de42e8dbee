import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/create-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { MachineDescription } from '../../src/machine/description.ts';
import { describeWithQemu } from '../support/qemu.ts';
import { QmpProcess } from './qmp-process.ts';

type Stats = Record<string, unknown> & { timed_stats: Record<string, number>[] };

/** Drive and qemu-io line: the asynchronous requests, which QEMU counts as if the guest had made them (but not `aio_write -z`). */
const steps: readonly (readonly [drive: string, line: string])[] = [
  ['all', 'aio_read 0 512'], ['all', 'aio_flush'], ['all', 'aio_write 0 4k'], ['all', 'aio_flush'], ['all', 'aio_write 8k 64k'],
  ['all', 'aio_flush'], ['all', 'aio_read -i 0 512'], ['all', 'aio_write -i 0 512'], ['all', 'aio_read 2M 512'], ['all', 'aio_write 2M 512'],
  ['all', 'aio_flush'], ['all', 'aio_read 0 512 512 1024'], ['all', 'aio_read 1023k 2k'], ['all', 'aio_flush'], ['none', 'aio_read -i 0 1k'],
  ['none', 'aio_write 4M 512'], ['none', 'aio_read 4M 512'], ['none', 'aio_flush'], ['invalid', 'aio_write -i 0 512'], ['failed', 'aio_read 9M 1k'],
  ['empty', 'aio_read 0 512'], ['empty', 'aio_write 0 512'], ['empty', 'aio_flush'], ['reader', 'aio_read 0 64k'], ['reader', 'aio_write 0 512'],
  ['reader', 'aio_write -i 0 512'], ['reader', 'aio_read -i 0 512'], ['all', 'aio_write 1M 0'], ['all', 'aio_read 0'], ['all', 'aio_flush'],
];

const disk = (id: string, more: object = {}) => ({ id, if: 'none' as const, file: `${id}.raw`, format: 'raw', 'node-name': `${id}-node`, ...more });

const drives: MachineDescription['drives'] = [
  disk('all', { 'stats-intervals.0': 1000, 'stats-intervals.1': '600' }),
  disk('none', { 'stats-account-invalid': 'off', 'stats-account-failed': 'off', 'stats-intervals.0': 5000 }),
  disk('invalid', { 'stats-account-failed': 'off' }),
  disk('failed', { 'stats-account-invalid': false, 'stats-intervals.0': 3000, bps: 1e9 }),
  disk('reader', { readonly: true }),
  { id: 'empty', if: 'none', 'stats-intervals.0': 1000, 'stats-account-invalid': 'off', 'stats-account-failed': 'off' },
];

const onCommandLine = (entry: object) =>
  ['-drive', Object.entries(entry).map(([key, value]) => `${key}=${value === true ? 'on' : value === false ? 'off' : String(value)}`).join(',')];

describeWithQemu('statistics beside the real QEMU', () => {
  let folder: string;
  let engine: Engine;
  let process: QmpProcess;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qmon-statistics-'));
    for (const { file } of drives) for (const who of ['theirs', 'ours']) if (file !== undefined) await makeDisk(join(folder, `${who}-${file}`));
    const at = (who: string) => drives.map((drive) => (drive.file === undefined ? drive : { ...drive, file: join(folder, `${who}-${drive.file}`) }));
    engine = await createEngine({ machine: { drives: at('ours') } });
    process = await QmpProcess.start(folder, at('theirs').flatMap(onCommandLine));
  });

  afterAll(async () => {
    await engine.close();
    await process.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('count what QEMU counts, and tell of times where it does', async () => {
    for (const [drive, line] of steps) {
      const args = { 'command-line': `qemu-io ${drive} "${line}"` };
      await process.execute('human-monitor-command', args);
      await engine.execute('human-monitor-command', args);
      const state = async (who: Pick<Engine, 'execute'> | QmpProcess) => statsOf(await who.execute('query-blockstats', {}));
      await expect.poll(async () => ({ drive, line, stats: await state(engine) }), { timeout: 3000 })
        .toEqual({ drive, line, stats: await state(process) });
    }
  });

  it('tell of every node with query-nodes', async () => {
    const rows = async (who: Pick<Engine, 'execute'> | QmpProcess) =>
      statsOf(await who.execute('query-blockstats', { 'query-nodes': true })).map((row) => (row as { name: string }).name.replace(/^#.*/, '#'));
    expect(await rows(engine)).toEqual(await rows(process));
  });
});

async function makeDisk(filename: string): Promise<void> {
  await writeFile(filename, '');
  await truncate(filename, 1 << 20);
}

/** Counters as they are; of times, whether there are any. */
function statsOf(reply: unknown): object[] {
  return (reply as { device?: string; 'node-name'?: string; stats: Stats; parent?: { stats: Stats } }[]).map(({ device, stats, parent, ...row }) =>
    ({ name: device ?? row['node-name'] ?? '', ...withoutTimes(stats), parent: parent && withoutTimes(parent.stats) }));
}

function withoutTimes({ timed_stats: intervals, ...counters }: Stats): object {
  const seen = (entries: object) => Object.entries(entries).filter(([name]) => name !== 'latency' && name !== 'idle_time_ns')
    .map(([name, value]) => [name, /_ns$|_depth$/.test(name) ? Number(value) > 0 : value]);
  return { ...Object.fromEntries(seen(counters)), idle: 'idle_time_ns' in counters, intervals: intervals.map((interval) => seen(interval).sort()) };
}
