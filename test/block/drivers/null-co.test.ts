import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BlockGraph } from '../../../src/block/graph.ts';
import { imageInfo } from '../../../src/block/image-info.ts';

describe.each(['null-co', 'null-aio'])('%s', (driver) => {
  let graph: BlockGraph;

  beforeEach(() => {
    graph = new BlockGraph();
  });
  afterEach(() => graph.closeAll());

  it('forgets what is written and is 1 GiB long unless told otherwise', async () => {
    const { io } = await graph.open({ driver });
    expect(io.length).toBe(1 << 30);
    await io.write(0, Buffer.alloc(4096, 1));
    const into = Buffer.alloc(4096, 2);
    await io.read(0, into);
    expect(into.equals(Buffer.alloc(4096))).toBe(true);
    await io.writeZeroes(0, 4096);
    await io.discard(0, 4096);
    await io.flush();
    expect((await graph.open({ driver, size: 4096 })).io.length).toBe(4096);
  });

  it('says that it is zero only when it promises to be', async () => {
    expect((await (await graph.open({ driver })).io.map(0, 4096)).kind).toBe('data');
    expect((await (await graph.open({ driver, 'read-zeroes': true })).io.map(0, 4096)).kind).toBe('zero');
  });

  it('takes its time', async () => {
    const { io } = await graph.open({ driver, 'latency-ns': 30_000_000 });
    const start = performance.now();
    await Promise.all([io.read(0, Buffer.alloc(1)), io.read(0, Buffer.alloc(1))]);
    expect(performance.now() - start).toBeGreaterThan(25);
  });

  it('has any size that QEMU allows, exactly', async () => {
    const sizes = [4097n, (1n << 53n) + 1n, (1n << 60n) - 5n, (1n << 63n) - (1n << 30n)];
    const shown = await Promise.all(sizes.map(async (size) => (await imageInfo(await graph.open({ driver, size })))['virtual-size']));
    expect(shown.map(BigInt)).toEqual(sizes.map((size) => (size + 511n) / 512n * 512n));
    await expect(graph.open({ driver, size: (1n << 63n) - 1n })).rejects.toThrow('Could not refresh total sector count: File too large');
    await expect(graph.open({ driver, size: -1 })).rejects.toThrow("Parameter 'size' expects");
  });

  it('closes at once however slow it is', async () => {
    await expect(graph.open({ driver, 'latency-ns': (1n << 64n) - 1n })).rejects.toThrow('latency-ns is invalid');
    const node = await graph.open({ driver, 'latency-ns': (1n << 63n) - 1n });
    await graph.release(node);
  });

  it('cannot be resized', async () => {
    await expect((await graph.open({ driver })).io.truncate(0)).rejects.toThrow('Image format driver does not support resize');
  });
});
