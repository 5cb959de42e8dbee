import { existsSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startQmon, temporaryFolder } from '../support/qmon.ts';

type Row = Record<string, number> & { timed_stats: Record<string, number>[] };

/** Sends lines and resolves with the next line that is an answer. */
function openLines(path: string, isAnswer: (line: string) => boolean = () => true): (line: string) => Promise<string> {
  const socket = connect(path);
  onTestFinished(() => void socket.destroy());
  const lines = createInterface(socket)[Symbol.asyncIterator]();
  return async (line) => {
    socket.write(`${line}\n`);
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) throw new Error('the program has gone');
      if (isAnswer(value)) return value;
    }
  };
}

/** `qmon serve` on null drives and a clock that stands still. */
async function serve(drives: Readonly<Record<string, object>>) {
  const folder = temporaryFolder();
  const described = Object.entries(drives).map(([id, more]) => ({ id, if: 'none', driver: 'null-co', size: '1G', ...more }));
  writeFileSync(join(folder, 'm.json5'), JSON.stringify({ drives: described, clock: { mode: 'virtual', socket: 'clock' } }));
  const child = startQmon(['serve', '--machine', join(folder, 'm.json5'), '--qmp', `unix:${join(folder, 'qmp')}`]);
  await once(child.stderr, 'data');
  const send = openLines(join(folder, 'qmp'), (line) => /^\{"(return|error)"/.test(line));
  const run = async (execute: string, args: object = {}) => (JSON.parse(await send(JSON.stringify({ execute, arguments: args }))) as { return: unknown }).return;
  await run('qmp_capabilities');
  await run('query-block');
  const io = async (drive: string, line: string, count = 1) => {
    for (let done = 0; done < count; done++) await run('human-monitor-command', { 'command-line': `qemu-io ${drive} "${line}"` });
  };
  const stats = async (drive: string) => (await run('query-blockstats') as { device: string; stats: Row }[]).find(({ device }) => device === drive)!.stats;
  return { io, stats, tell: openLines(join(folder, 'clock')) };
}

describe.skipIf(!existsSync(new URL('../../dist', import.meta.url)))('qmon serve on a virtual clock', () => {
  it('tells exact latencies, queue depths and idle times of every interval', { timeout: 20_000 }, async () => {
    const { io, stats, tell } = await serve({ s: { 'stats-intervals': [3, 30] } });
    await io('s', 'aio_read 0 4k', 4);
    await io('s', 'aio_write 0 4k', 2);
    expect(await tell('clock_step 1000000000')).toBe('OK 1000000000');
    const ms = 1_000_000;
    const all = { min_rd_latency_ns: ms, max_rd_latency_ns: ms, avg_rd_latency_ns: ms, min_wr_latency_ns: ms, max_wr_latency_ns: ms, avg_wr_latency_ns: ms };
    // A window is 4/3 of its interval long, and the first one told of began half of that before the machine: 2 s and 20 s.
    expect(await stats('s')).toMatchObject({ rd_total_time_ns: 4 * ms, wr_total_time_ns: 2 * ms, idle_time_ns: 1000 * ms, timed_stats: [
      { interval_length: 3, ...all, avg_rd_queue_depth: 0.004 / 3, avg_wr_queue_depth: 0.002 / 3 },
      { interval_length: 30, ...all, avg_rd_queue_depth: 0.004 / 21, avg_wr_queue_depth: 0.002 / 21 },
    ] });
    expect(await tell('clock_step 3000000000')).toBe('OK 4000000000');
    expect(await stats('s')).toMatchObject({ idle_time_ns: 4000 * ms, timed_stats: [
      { interval_length: 3, max_rd_latency_ns: 0, avg_wr_latency_ns: 0, avg_rd_queue_depth: 0 },
      { interval_length: 30, ...all, avg_rd_queue_depth: 0.004 / 24 },
    ] });
  });

  it.each([
    // A tenth of a second's worth may pass in advance, and one request more fills the bucket beyond that.
    ['iops', { iops: 10 }, [2, 12, 22]],
    ['bps', { bps: 51_200 }, [11, 111, 211]],
    // A burst may take a second at the burst rate.
    ['a burst', { 'throttling.iops-total': 10, 'throttling.iops-total-max': 50 }, [51, 61, 71]],
  ] as const)('lets exactly as many requests pass after each step as the limit says: %s', { timeout: 20_000 }, async (_, limits, passed) => {
    const { io, stats, tell } = await serve({ d: limits });
    await io('d', 'aio_write 0 512', 250);
    const seen = [(await stats('d')).wr_operations];
    for (let step = 1; step < passed.length; step++) {
      await tell('clock_step 1000000000');
      seen.push((await stats('d')).wr_operations);
    }
    expect(seen).toEqual(passed);
  });

  it('shares a limit between the two drives of a group', { timeout: 20_000 }, async () => {
    const grouped = { 'iops': 20, 'throttling.group': 'g' };
    const { io, stats, tell } = await serve({ a: grouped, b: grouped });
    for (let count = 0; count < 50; count++) for (const drive of ['a', 'b']) await io(drive, 'aio_write 0 512');
    const counts = async () => [(await stats('a')).wr_operations!, (await stats('b')).wr_operations!];
    const before = await counts();
    expect(before[0]! + before[1]!).toBe(3);
    await tell('clock_step 1000000000');
    expect((await counts()).map((count, drive) => count - before[drive]!)).toEqual([10, 10]);
  });
});
