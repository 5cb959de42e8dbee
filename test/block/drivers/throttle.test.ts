import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BlockBackend } from '../../../src/block/backend.ts';
import { BlockGraph } from '../../../src/block/graph.ts';
import type { BlockNode } from '../../../src/block/node.ts';
import { VirtualClock } from '../../../src/util/virtual-clock.ts';
import { driverConformance } from '../../support/driver-conformance.ts';
import { settle } from '../../support/virtual-clock.ts';

for (const over of ['raw', 'qcow2'] as const) {
  driverConformance('throttle', {
    over, wrap: (below) => ({ driver: 'throttle', 'throttle-group': 'g', file: below }), supports: { discardReadsZero: true },
    prepare: (graph) => graph.throttleGroups.define('g', { bps: 1e12, iops: 1e9 }),
  });
}

describe('a throttle node', () => {
  const disk = { driver: 'null-co', size: 1 << 30, 'read-zeroes': true };
  let clock: VirtualClock;
  let graph: BlockGraph;
  let node: BlockNode;
  let done: number;

  beforeEach(async () => {
    clock = new VirtualClock();
    graph = new BlockGraph({ clock });
    graph.throttleGroups.define('g', { iops: 10 });
    node = await graph.open({ driver: 'throttle', 'node-name': 't', 'throttle-group': 'g', file: disk });
    done = 0;
  });
  afterEach(async () => {
    graph.throttleGroups.release();
    await graph.closeAll();
  });

  const send = (count: number, work: () => Promise<unknown>): void => {
    for (let index = 0; index < count; index++) void work().then(() => done++);
  };
  const after = async (seconds: number): Promise<number> => {
    clock.step(BigInt(seconds * 1e9));
    await settle();
    return done;
  };

  it.each([
    ['reads', () => node.io.read(0, Buffer.alloc(512))],
    ['writes', () => node.io.write(0, Buffer.alloc(512))],
    ['zeroing', () => node.io.writeZeroes(0, 512)],
  ])('lets %s pass at the speed of its group', async (_, work) => {
    send(100, work);
    expect(await after(0)).toBe(2);
    expect(await after(2)).toBe(22);
  });

  it('does not keep flushes and questions back', async () => {
    send(50, () => node.io.flush());
    send(50, () => node.io.map(0, 512));
    expect(await after(0)).toBe(100);
  });

  it('shares its group with drives', async () => {
    const backend = new BlockBackend({ name: 'd', clock });
    const medium = await graph.open(disk);
    backend.insert(medium);
    await graph.release(medium);
    graph.backends.set('d', backend);
    backend.throttle = graph.throttleGroups.join('g');
    send(100, () => node.io.read(0, Buffer.alloc(512)));
    let ofDrive = 0;
    for (let index = 0; index < 100; index++) void backend.read(0, Buffer.alloc(512)).then(() => ofDrive++);
    await after(4);
    expect(done + ofDrive).toBe(42);
    expect(Math.abs(done - ofDrive)).toBeLessThanOrEqual(4);
  });

  it('keeps nothing waiting when it is drained or closed', async () => {
    send(100, () => node.io.read(0, Buffer.alloc(512)));
    await node.drained(settle);
    expect(done).toBe(100);
    send(30, () => node.io.read(0, Buffer.alloc(512)));
    await after(0);
    await graph.release(node);
    expect(done).toBe(130);
    expect(graph.throttleGroups.find('g')?.members).toEqual([]);
  });

  it('cannot be opened without a group that is there', async () => {
    const open = (more: object) => graph.open({ driver: 'throttle', file: disk, ...more });
    await expect(open({ 'throttle-group': 'nope' })).rejects.toMatchObject({ desc: "Throttle group 'nope' does not exist" });
    await expect(open({})).rejects.toMatchObject({ desc: "Parameter 'throttle-group' is missing" });
    expect(graph.nodes().map(({ name }) => name)).toHaveLength(2);
  });
});
