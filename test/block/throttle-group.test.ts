import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BlockBackend } from '../../src/block/backend.ts';
import { BlockGraph } from '../../src/block/graph.ts';
import type { ThrottleLimits } from '../../src/block/throttle-limits.ts';
import { VirtualClock } from '../../src/util/virtual-clock.ts';
import { settle } from '../support/virtual-clock.ts';

let clock: VirtualClock;
let graph: BlockGraph;

beforeEach(() => {
  clock = new VirtualClock();
  graph = new BlockGraph({ clock });
});
afterEach(() => graph.closeAll());

async function disk(name: string, group: string, limits?: ThrottleLimits): Promise<BlockBackend> {
  const backend = new BlockBackend({ name, clock });
  const node = await graph.open({ driver: 'null-co', 'node-name': `${name}-node`, size: 1 << 30, 'read-zeroes': true });
  backend.insert(node);
  await graph.release(node);
  graph.backends.set(name, backend);
  backend.throttle = graph.throttleGroups.join(group);
  if (limits) backend.throttle.group.configure(limits, backend.throttle);
  return backend;
}

/** Sends as many requests as asked for; what they did is seen in the backend's account. */
function send(backend: BlockBackend, operation: 'read' | 'write', request: { count: number; size: number }): void {
  for (let index = 0; index < request.count; index++) void backend[operation](index * request.size, Buffer.alloc(request.size));
}

/** What has been done after so many seconds. */
async function after(seconds: number, backend: BlockBackend) {
  clock.step(BigInt(Math.round(seconds * 1e9)));
  await settle();
  const { read, write } = backend.accounting;
  return { read: read.bytes, written: write.bytes, reads: read.operations, writes: write.operations };
}

describe('a throttled backend', () => {
  it('lets a tenth of a second pass at once, then what the limit allows', async () => {
    const backend = await disk('d', 'd', { bps: 10_240 });
    send(backend, 'read', { count: 100, size: 512 });
    expect(await after(0, backend)).toMatchObject({ read: 3 * 512 });
    expect(await after(1, backend)).toMatchObject({ read: 23 * 512 });
    expect(await after(3, backend)).toMatchObject({ read: 83 * 512 });
    expect(await after(1, backend)).toMatchObject({ read: 100 * 512 });
  });

  it.each([
    ['bps', { bps: 51_200 }, { read: 100, written: 100, reads: 0, writes: 0 }],
    ['bps_rd', { bps_rd: 51_200 }, { read: 100, written: 0, reads: 0, writes: 0 }],
    ['bps_wr', { bps_wr: 51_200 }, { read: 0, written: 100, reads: 0, writes: 0 }],
    ['iops_rd', { iops_rd: 100 }, { read: 0, written: 0, reads: 100, writes: 0 }],
    ['iops_wr', { iops_wr: 100 }, { read: 0, written: 0, reads: 0, writes: 100 }],
  ])('limits what %s is about, and nothing else', async (_, limits, limited) => {
    const backend = await disk('d', 'd', limits);
    send(backend, 'read', { count: 1000, size: 512 });
    send(backend, 'write', { count: 1000, size: 512 });
    const before = await after(0, backend);
    const done = await after(5, backend);
    if (limited.read || limited.reads) expect(done.reads - before.reads).toBeGreaterThanOrEqual(limited.written ? 249 : 499);
    if (limited.read || limited.reads) expect(done.reads - before.reads).toBeLessThanOrEqual(limited.written ? 251 : 501);
    else expect(before.reads).toBe(1000);
    if (!limited.written && !limited.writes) expect(before.writes).toBe(1000);
  });

  it('counts a request larger than iops_size as several', async () => {
    const backend = await disk('d', 'd', { iops: 100, iops_size: 4096 });
    send(backend, 'read', { count: 200, size: 16_384 });
    const before = await after(0, backend);
    expect((await after(4, backend)).reads - before.reads).toBe(100);
  });

  it('takes no note of a size that QEMU would take for a huge one', async () => {
    const backend = await disk('d', 'd', { iops: 100, iops_size: -1 });
    send(backend, 'read', { count: 500, size: 65_536 });
    const before = await after(0, backend);
    expect((await after(4, backend)).reads - before.reads).toBe(400);
  });

  it('allows a burst for its seconds, at its rate', async () => {
    const backend = await disk('d', 'd', { iops: 10, iops_max: 100, iops_max_length: 5 });
    send(backend, 'read', { count: 1000, size: 512 });
    expect((await after(0, backend)).reads).toBe(11);
    expect((await after(1, backend)).reads).toBe(111);
    // The average rate leaks 10 a second meanwhile: the burst of 500 lasts 5.5 seconds.
    expect((await after(4, backend)).reads).toBe(511);
    expect((await after(1, backend)).reads).toBeLessThan(570);
    const spent = (await after(0, backend)).reads;
    expect((await after(10, backend)).reads - spent).toBe(100);
  });

  it('lets a burst of one second pass as fast as it comes', async () => {
    const backend = await disk('d', 'd', { iops: 10, iops_max: 100 });
    send(backend, 'read', { count: 200, size: 512 });
    expect((await after(0, backend)).reads).toBe(101);
    expect((await after(2, backend)).reads).toBe(121);
  });

  it('never holds back flushes and discards', async () => {
    const backend = await disk('d', 'd', { iops: 1 });
    send(backend, 'write', { count: 3, size: 512 });
    await backend.flush();
    await backend.discard(0, 65_536);
    expect([backend.accounting.write.operations, backend.accounting.flush.operations, backend.accounting.discard.operations]).toEqual([1, 1, 1]);
  });

  it('finds new limits with nothing counted yet, and one request of those waiting passes at once', async () => {
    const backend = await disk('d', 'd', { iops: 1 });
    send(backend, 'read', { count: 2000, size: 512 });
    expect((await after(0, backend)).reads).toBe(1);
    backend.throttle!.group.configure({ iops: 100 }, backend.throttle);
    expect((await after(0, backend)).reads).toBe(12);
    expect((await after(1, backend)).reads).toBe(112);
  });

  it('starts what waits when it leaves its group, and is free then', async () => {
    const backend = await disk('d', 'd', { bps: 512 });
    send(backend, 'read', { count: 5000, size: 512 });
    graph.throttleGroups.leave(backend.throttle!);
    backend.throttle = undefined;
    expect((await after(0, backend)).reads).toBe(5000);
    expect(graph.throttleGroups.find('d')).toBeUndefined();
    expect(clock.nextNs).toBeUndefined();
  });

  it('starts what waits before its medium is taken out', async () => {
    const backend = await disk('d', 'd', { iops: 1 });
    send(backend, 'read', { count: 20, size: 512 });
    const node = backend.remove()!;
    await graph.release(node);
    expect(backend.accounting.read).toMatchObject({ operations: 20, failed: 0 });
    await expect(backend.read(0, Buffer.alloc(512))).rejects.toMatchObject({ code: 'ENOMEDIUM' });
  });

  it('starts what waits when its node is drained', async () => {
    const backend = await disk('d', 'd', { iops: 1 });
    send(backend, 'write', { count: 20, size: 512 });
    const { io } = backend.root!;
    expect(await backend.root!.drained(() => Promise.resolve([io.gate.inFlight, io.wrHighestOffset]))).toEqual([0, 20 * 512]);
  });

  it('lets everything go when all is to be closed', async () => {
    const [one, two] = [await disk('d1', 'g', { iops: 1 }), await disk('d2', 'g')];
    for (const backend of [one, two]) send(backend, 'read', { count: 10, size: 512 });
    graph.throttleGroups.release();
    send(one, 'read', { count: 10, size: 512 });
    expect([(await after(0, one)).reads, (await after(0, two)).reads, clock.nextNs]).toEqual([20, 10, undefined]);
  });
});

describe('a throttle group', () => {
  it('shares its limits fairly among members that ask for more', async () => {
    const backends = await Promise.all(['d1', 'd2', 'd3', 'd4'].map((name) => disk(name, 'g')));
    backends[0]!.throttle!.group.configure({ iops: 100 });
    for (const backend of backends) send(backend, 'write', { count: 500, size: 4096 });
    for (const backend of backends) await after(0, backend);
    const before = backends.map(({ accounting }) => accounting.write.operations);
    await after(8, backends[0]!);
    const done = backends.map(({ accounting }, index) => accounting.write.operations - before[index]!);
    expect(done.reduce((sum, count) => sum + count)).toBe(800);
    for (const count of done) expect(Math.abs(count - 200)).toBeLessThanOrEqual(2);
  });

  it('gives all to one member when the others ask for nothing', async () => {
    const [one] = [await disk('d1', 'g', { iops: 50 }), await disk('d2', 'g'), await disk('d3', 'g')];
    send(one, 'read', { count: 500, size: 512 });
    const before = await after(0, one);
    expect((await after(4, one)).reads - before.reads).toBe(200);
  });

  it('does not let the requests of one that left hold up the others', async () => {
    const [one, two] = [await disk('d1', 'g', { iops: 10 }), await disk('d2', 'g')];
    for (const backend of [one, two]) send(backend, 'read', { count: 100, size: 512 });
    await after(0.05, one);
    graph.throttleGroups.leave(one.throttle!);
    one.throttle = undefined;
    expect((await after(0, one)).reads).toBe(100);
    await after(12, two);
    expect(two.accounting.read.operations).toBeGreaterThan(15);
  });

  it('of an object lives without members, takes each name once and refuses limits that make no sense', async () => {
    const { throttleGroups } = graph;
    throttleGroups.define('tg', { iops: 5 });
    const member = throttleGroups.join('tg');
    throttleGroups.leave(member);
    expect(throttleGroups.find('tg')?.limits).toEqual({ iops: 5 });
    expect(() => throttleGroups.define('tg', {})).toThrow('A group with this name already exists');
    expect(() => throttleGroups.define('t2', { bps_max: 5 })).toThrow('bps_max/iops_max require corresponding bps/iops values');
    expect(throttleGroups.find('t2')).toBeUndefined();
    throttleGroups.undefine('tg');
    expect(throttleGroups.find('tg')).toBeUndefined();
  });
});
