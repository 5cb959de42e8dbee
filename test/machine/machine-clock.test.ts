import { writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkDescription } from '../../src/machine/check-description.ts';
import { parseMachineFile } from '../../src/machine/machine-file.ts';
import type { MachineDescription } from '../../src/machine/description.ts';
import { makeFolder, makeImage, openEngine } from '../engine/open-engine.ts';

/** A client of the clock's socket. */
function openClock(path: string): (line: string) => Promise<string> {
  const socket = connect(path);
  onTestFinished(() => void socket.destroy());
  const answers = createInterface(socket)[Symbol.asyncIterator]();
  return async (line) => {
    socket.write(`${line}\n`);
    return String((await answers.next()).value);
  };
}

const nullDrive = (id: string, more: object = {}) => ({ id, if: 'none' as const, driver: 'null-co', size: 1 << 30, ...more });

async function openMachine(drives: MachineDescription['drives'], more: MachineDescription = {}) {
  const socket = `${await makeFolder()}/clock`;
  const { run, engine } = await openEngine({ machine: { drives, ...more, clock: { mode: 'virtual', socket } } });
  await engine.open();
  const io = (drive: string, line: string) => run('human-monitor-command', { 'command-line': `qemu-io ${drive} "${line}"` });
  const stats = async (drive: string) => ((await run('query-blockstats')) as { device: string; stats: Record<string, number> }[])
    .find(({ device }) => device === drive)!.stats as Record<string, number> & { timed_stats: Record<string, number>[] };
  return { run, engine, io, stats, tell: openClock(socket), socket };
}

describe('a virtual clock', () => {
  it('stands still until it is told to move, and answers with its time', async () => {
    const { tell } = await openMachine([]);
    expect(await tell('clock_step 5')).toBe('OK 5');
    expect(await tell('clock_step 1000000000')).toBe('OK 1000000005');
    expect(await tell('clock_step 0x10')).toBe('OK 1000000021');
    expect(await tell('clock_step 9223372036854775807')).toBe('OK 9223372037854775828');
  });

  it('refuses what it does not understand, and goes on', async () => {
    const { tell } = await openMachine([]);
    expect(await tell('clock_set 5')).toBe("FAIL Unknown command 'clock_set'");
    expect(await tell('clock_step -5')).toBe('FAIL usage: clock_step [NS]');
    expect(await tell('clock_step 1 2')).toBe('FAIL usage: clock_step [NS]');
    expect(await tell('clock_step')).toBe('OK 0');
  });

  it('steps to the next deadline without a number', async () => {
    const { tell, io, stats } = await openMachine([nullDrive('d', { iops: 10 })]);
    for (let count = 0; count < 5; count++) await io('d', 'aio_read 0 512');
    expect((await stats('d')).rd_operations).toBe(2);
    expect(await tell('clock_step')).toBe('OK 100000000');
    expect((await stats('d')).rd_operations).toBe(3);
  });

  it('counts exactly 1 ms for every request, however long it waited', async () => {
    const { tell, io, stats } = await openMachine([nullDrive('d', { iops: 10, 'stats-intervals': [10] })]);
    for (let count = 0; count < 20; count++) await io('d', 'aio_read 0 4k');
    await io('d', 'aio_write 0 8k');
    expect(await tell('clock_step 3000000000')).toBe('OK 3000000000');
    expect(await stats('d')).toMatchObject({
      rd_operations: 20, rd_bytes: 81920, rd_total_time_ns: 20_000_000, wr_operations: 1, wr_total_time_ns: 1_000_000,
      timed_stats: [{
        interval_length: 10, min_rd_latency_ns: 1_000_000, max_rd_latency_ns: 1_000_000, avg_rd_latency_ns: 1_000_000,
        min_wr_latency_ns: 1_000_000, max_wr_latency_ns: 1_000_000, avg_wr_latency_ns: 1_000_000, min_flush_latency_ns: 0,
      }],
    });
  });

  it('lets exactly as many requests of every kind pass as the limits say', async () => {
    // Both directions have a timer of their own: one of the two finds a request more.
    for (const [limits, reads, writes] of [
      [{ iops: 100 }, 10, 11], [{ iops_rd: 100 }, 20, 0], [{ iops_wr: 100 }, 0, 20], [{ bps: 51_200 }, 10, 11], [{ bps_rd: 51_200, bps_wr: 102_400 }, 20, 40],
    ] as const) {
      const { tell, io, run, stats } = await openMachine([nullDrive('d')]);
      const none = { bps: 0, bps_rd: 0, bps_wr: 0, iops: 0, iops_rd: 0, iops_wr: 0 };
      await run('block_set_io_throttle', { device: 'd', ...none, ...limits });
      for (let count = 0; count < 80; count++) for (const verb of ['aio_read', 'aio_write']) await io('d', `${verb} 0 512`);
      const before = await stats('d');
      await tell('clock_step 200000000');
      const after = await stats('d');
      const done = [after.rd_operations! - before.rd_operations!, after.wr_operations! - before.wr_operations!];
      expect({ limits, done }).toEqual({ limits, done: [reads, writes] });
    }
  });

  it('tells the idle time to the nanosecond', async () => {
    const { tell, io, stats } = await openMachine([nullDrive('d')]);
    expect(await stats('d')).not.toHaveProperty('idle_time_ns');
    await tell('clock_step 1000');
    await io('d', 'aio_read 0 512');
    await tell('clock_step 12345');
    expect((await stats('d')).idle_time_ns).toBe(12_345);
    await io('d', 'aio_read -i 0 512');
    expect(await stats('d')).toMatchObject({ idle_time_ns: 0, invalid_rd_operations: 1, rd_total_time_ns: 1_000_000 });
  });

  it('has queue depths that follow from the requests alone', async () => {
    const { tell, io, stats } = await openMachine([nullDrive('d', { 'stats-intervals.0': 3 })]);
    for (let count = 0; count < 10; count++) await io('d', 'aio_read 0 512');
    await tell('clock_step 1000000000');
    // The window told of is 4 s long and began 2 s before the machine did.
    expect((await stats('d')).timed_stats[0]).toMatchObject({ avg_rd_queue_depth: 0.01 / 3, avg_wr_queue_depth: 0 });
    await tell('clock_step 3000000000');
    expect((await stats('d')).timed_stats[0]).toMatchObject({ avg_rd_queue_depth: 0, max_rd_latency_ns: 0 });
  });

  it('answers a step when the requests that it set free are over, on real images too', async () => {
    const file = `${await makeFolder()}/a.raw`;
    await makeImage(file, { size: 1 << 20 });
    const { tell, io, stats } = await openMachine([{ id: 'd', if: 'none', file, format: 'raw', iops: 10 }]);
    for (let count = 0; count < 40; count++) await io('d', `aio_write ${count}k 1k`);
    await tell('clock_step 1000000000');
    expect((await stats('d')).wr_operations).toBe(12);
    await tell('clock_step 1000000000');
    expect((await stats('d')).wr_operations).toBe(22);
  });

  it('shares a group\'s limit among its drives, in turns', async () => {
    const drives = ['d0', 'd1', 'd2'].map((id) => nullDrive(id, { bps: 15_360, 'throttling.group': 'g' }));
    const { tell, io, stats } = await openMachine(drives);
    for (let count = 0; count < 60; count++) for (const { id } of drives) await io(id, 'aio_write 0 512');
    const counts = () => Promise.all(drives.map(async ({ id }) => (await stats(id)).wr_operations!));
    const before = await counts();
    await tell('clock_step 3000000000');
    const done = (await counts()).map((count, index) => count - before[index]!);
    expect(done).toEqual([30, 30, 30]);
  });

  it('is left by nobody waiting when the machine ends', async () => {
    const { engine, io } = await openMachine([nullDrive('d', { iops: 1 })]);
    for (let count = 0; count < 30; count++) await io('d', 'aio_read 0 512');
    await engine.close();
  });

  it('takes over a socket that nobody listens on, and no other', async () => {
    const { engine, socket } = await openMachine([]);
    const second = await openEngine({ machine: { clock: { mode: 'virtual', socket } } });
    expect(await second.run('query-block')).toBe(`GenericError: clock: Failed to bind socket to ${socket}: Address already in use`);
    await engine.close();
    await writeFile(socket, '');
    expect(await (await openEngine({ machine: { clock: { mode: 'virtual', socket: '/no/such/clock' } } })).run('query-block'))
      .toMatch(/^GenericError: clock: Failed to bind socket to \/no\/such\/clock: /);
  });
});

describe('the clock of a description', () => {
  it.each([
    [{ mode: 'virtual' }, "clock lacks 'socket'"], [{ socket: 'x' }, "clock lacks 'mode'"], [{ mode: 'fast' }, "clock.mode must be 'real' or 'virtual'"],
    [{ mode: 'real', socket: 'x' }, 'clock.socket is for a virtual clock only'], [{ mode: 'virtual', socket: 5 }, 'clock.socket must be a string'],
    [{ mode: 'virtual', socket: 'x', speed: 2 }, "unknown key 'speed' at clock.speed"], ['virtual', 'clock must be an object'],
  ])('is refused: %j', (clock, refusal) => {
    expect(() => checkDescription({ clock })).toThrow(refusal);
  });

  it('has its socket beside the machine file', () => {
    expect(parseMachineFile("{clock: {mode: 'virtual', socket: 'c.sock'}}", '/m/a.json5').clock).toEqual({ mode: 'virtual', socket: '/m/c.sock' });
    expect(checkDescription({ clock: { mode: 'real' } }).clock).toEqual({ mode: 'real' });
  });
});

describe('a real server on the socket\'s path', () => {
  it('is not pushed aside', async () => {
    const path = `${await makeFolder()}/busy`;
    const server = createServer().listen(path);
    onTestFinished(() => void server.close());
    const { run } = await openEngine({ machine: { clock: { mode: 'virtual', socket: path } } });
    expect(await run('query-block')).toContain('Address already in use');
  });
});
