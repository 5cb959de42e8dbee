import { describe, expect, it } from 'vitest';
import { IoError } from '../../src/block/io-error.ts';
import { NodeIo } from '../../src/block/io.ts';
import type { IoPolicy } from '../../src/block/io.ts';
import type { Extent, ImageFacts, OpenImage, ZeroOptions } from '../../src/block/driver.ts';
import { firstDifference, generator, readAll } from '../support/driver-conformance.ts';

/** Bytes in memory that note every request and can hold requests back. */
class Plain implements OpenImage {
  readonly bytes: Buffer;
  readonly alignment?: number;
  readonly log: string[] = [];
  hold: Promise<void> | undefined;

  constructor(length: number, alignment?: number) {
    this.bytes = Buffer.alloc(length);
    this.alignment = alignment;
  }

  get length(): number {
    return this.bytes.length;
  }

  async read(offset: number, into: Buffer): Promise<void> {
    await this.#note('read', offset, into.length);
    this.bytes.copy(into, 0, offset);
  }

  async write(offset: number, from: Buffer): Promise<void> {
    await this.#note('write', offset, from.length);
    from.copy(this.bytes, offset);
  }

  async writeZeroes(offset: number, length: number, options?: ZeroOptions): Promise<void> {
    await this.#note(options?.mayUnmap === true ? 'zero-unmap' : 'zero', offset, length);
    this.bytes.fill(0, offset, offset + length);
  }

  async discard(offset: number, length: number): Promise<void> {
    await this.#note('discard', offset, length);
  }

  async flush(): Promise<void> {
    await this.#note('flush', 0, 0);
  }

  async truncate(): Promise<void> {
    throw new IoError('ENOTSUP', 'truncate');
  }

  async map(offset: number, length: number): Promise<Extent> {
    return { offset, length, kind: 'data' };
  }

  facts(): ImageFacts {
    return {};
  }

  async close(): Promise<void> {}

  async #note(operation: string, offset: number, length: number): Promise<void> {
    const block = this.alignment ?? 1;
    if (offset % block !== 0 || length % block !== 0) throw new Error(`${operation} ${offset}+${length} is not aligned`);
    this.log.push(`${operation} ${offset}+${length}`);
    await (this.hold ?? new Promise((resolve) => setImmediate(resolve)));
  }
}

const policy: IoPolicy = { name: 'n0', readOnly: false, unmap: true, detectZeroes: 'off', growable: false, noFlush: false };
const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

function latch(): { readonly promise: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => (open = resolve));
  return { promise, open };
}

describe('the gate checks requests', () => {
  it('refuses what reaches beyond the image with EIO, the node and the place', async () => {
    const io = new NodeIo(new Plain(4096), policy);
    for (const [offset, length] of [[4096, 1], [4000, 97], [-1, 1], [Number.NaN, 1], [2 ** 60, 1]] as const) {
      await expect(io.read(offset, Buffer.alloc(length))).rejects.toMatchObject({ code: 'EIO', node: 'n0', operation: 'read' });
      await expect(io.write(offset, Buffer.alloc(length))).rejects.toMatchObject({ code: 'EIO', node: 'n0', operation: 'write' });
      await expect(io.writeZeroes(offset, length)).rejects.toMatchObject({ code: 'EIO' });
      await expect(io.discard(offset, length)).rejects.toMatchObject({ code: 'EIO' });
    }
    await io.read(4096, Buffer.alloc(0));
  });

  it('refuses changes of a read-only node with EPERM', async () => {
    const io = new NodeIo(new Plain(4096), { ...policy, readOnly: true });
    for (const change of [io.write(0, Buffer.alloc(1)), io.writeZeroes(0, 1), io.discard(0, 1), io.truncate(0)]) {
      await expect(change).rejects.toMatchObject({ code: 'EPERM' });
    }
    await io.flush();
  });

  it('tells the length in whole sectors', () => {
    expect(new NodeIo(new Plain(1000), policy).length).toBe(1024);
  });

  it('names the node in errors that come from the image', async () => {
    await expect(new NodeIo(new Plain(512), policy).truncate(0)).rejects.toMatchObject({ code: 'ENOTSUP', node: 'n0' });
  });

  it('remembers how far was written, zeroes included and discards not', async () => {
    const io = new NodeIo(new Plain(1 << 20), policy);
    await io.write(1000, Buffer.alloc(24, 1));
    expect(io.wrHighestOffset).toBe(1024);
    await io.writeZeroes(4096, 4096);
    await io.discard(65_536, 4096);
    await io.write(0, Buffer.alloc(1, 1));
    expect(io.wrHighestOffset).toBe(8192);
  });
});

describe('the gate turns requests into what the image takes', () => {
  it('reads, changes and writes back the edges of unaligned requests', async () => {
    const image = new Plain(64 << 10, 4096);
    const io = new NodeIo(image, policy);
    const model = Buffer.alloc(image.length);
    const random = generator(5);
    for (let round = 0; round < 200; round++) {
      const offset = Math.floor(random() * image.length);
      const length = 1 + Math.floor(random() * Math.min(12_000, image.length - offset));
      const byte = round % 4 === 0 ? 0 : 1 + (round % 255);
      model.fill(byte, offset, offset + length);
      if (byte === 0) await io.writeZeroes(offset, length);
      else await io.write(offset, Buffer.alloc(length, byte));
    }
    expect(firstDifference(await readAll(io), model)).toBe(-1);
    expect(firstDifference(image.bytes, model)).toBe(-1);
  });

  it('keeps unaligned writes to one block from undoing each other', async () => {
    const image = new Plain(4096, 4096);
    const io = new NodeIo(image, policy);
    await Promise.all(Array.from({ length: 64 }, (_, index) => io.write(index * 64, Buffer.alloc(64, index + 1))));
    expect(Array.from({ length: 64 }, (_, index) => image.bytes[index * 64 + 63])).toEqual(Array.from({ length: 64 }, (_, index) => index + 1));
  });

  it('discards whole blocks only, and nothing unless discard=unmap', async () => {
    const image = new Plain(64 << 10, 4096);
    await new NodeIo(image, policy).discard(100, 12_000);
    expect(image.log).toEqual(['discard 4096+4096']);
    await new NodeIo(image, { ...policy, unmap: false }).discard(0, 4096);
    expect(image.log).toHaveLength(1);
  });

  it('makes zero requests of zero writes with detect-zeroes, and gives their space back only when that is wanted', async () => {
    const image = new Plain(64 << 10);
    await new NodeIo(image, { ...policy, detectZeroes: 'on' }).write(0, Buffer.alloc(4096));
    await new NodeIo(image, { ...policy, detectZeroes: 'unmap' }).write(0, Buffer.alloc(4096));
    await new NodeIo(image, { ...policy, detectZeroes: 'unmap', unmap: false }).write(0, Buffer.alloc(4096));
    await new NodeIo(image, { ...policy, detectZeroes: 'on' }).write(0, Buffer.alloc(4096, 1));
    await new NodeIo(image, policy).write(0, Buffer.alloc(4096));
    expect(image.log).toEqual(['zero 0+4096', 'zero-unmap 0+4096', 'zero 0+4096', 'write 0+4096', 'write 0+4096']);
  });

  it('ends flushes with no-flush', async () => {
    const image = new Plain(4096);
    await new NodeIo(image, { ...policy, noFlush: true }).flush();
    expect(image.log).toEqual([]);
    await new NodeIo(image, policy).flush();
    expect(image.log).toEqual(['flush 0+0']);
  });
});

describe('the gate orders requests', () => {
  it('counts a request before the caller goes on', async () => {
    const io = new NodeIo(new Plain(4096), policy);
    const reading = io.read(0, Buffer.alloc(1));
    const writing = io.write(0, Buffer.alloc(1, 1));
    expect(io.gate.inFlight).toBe(2);
    await Promise.all([reading, writing]);
    expect(io.gate.inFlight).toBe(0);
  });

  it('drains: waits for requests in flight, holds new ones back, lets them go afterwards', async () => {
    const image = new Plain(4096);
    const io = new NodeIo(image, policy);
    const held = latch();
    image.hold = held.promise;
    const first = io.write(0, Buffer.alloc(1, 1));
    const order: string[] = [];
    const work = latch();
    const drain = io.gate.drained(async () => {
      order.push('drained');
      await work.promise;
    });
    const second = io.read(0, Buffer.alloc(1)).then(() => order.push('read'));
    const third = io.flush().then(() => order.push('flush'));
    await soon();
    expect(order).toEqual([]);
    image.hold = undefined;
    held.open();
    await first;
    await soon();
    expect(order).toEqual(['drained']);
    expect(image.log).toEqual(['write 0+1']);
    work.open();
    await Promise.all([drain, second, third]);
    expect(order.slice(1).sort()).toEqual(['flush', 'read']);
  });

  it('opens again when the drained work fails, and drains nest', async () => {
    const io = new NodeIo(new Plain(4096), policy);
    await expect(io.gate.drained(() => io.gate.drained(async () => { throw new Error('no'); }))).rejects.toThrow('no');
    await io.write(0, Buffer.alloc(1, 1));
  });

  it('runs write hooks before the image changes, with the range, and fails the write with them', async () => {
    const image = new Plain(4096);
    const io = new NodeIo(image, policy);
    const seen: string[] = [];
    const off = io.onBeforeWrite(async (offset, length) => {
      await soon();
      seen.push(`${offset}+${length} over ${image.bytes[offset]}`);
    });
    await io.write(10, Buffer.alloc(5, 7));
    await io.writeZeroes(10, 5);
    await io.discard(10, 5);
    off();
    await io.write(0, Buffer.alloc(1, 1));
    expect(seen).toEqual(['10+5 over 0', '10+5 over 7', '10+5 over 0']);
    io.onBeforeWrite(() => Promise.reject(new IoError('ENOSPC', 'write')));
    await expect(io.write(0, Buffer.alloc(1, 9))).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(image.bytes[0]).toBe(1);
    expect(io.gate.inFlight).toBe(0);
  });

  it('lets a hook read the node while a drain waits for the write', async () => {
    const io = new NodeIo(new Plain(4096), policy);
    const started = latch();
    io.onBeforeWrite(async (offset, length) => {
      await started.promise;
      await io.read(offset, Buffer.alloc(length));
    });
    const write = io.write(0, Buffer.alloc(1, 1));
    const drain = io.gate.drained(() => Promise.resolve('done'));
    started.open();
    expect(await drain).toBe('done');
    await write;
  });

  it('gives exclusive work its range: writes in flight are awaited, new ones wait, others pass', async () => {
    const image = new Plain(8192);
    const io = new NodeIo(image, policy);
    const held = latch();
    image.hold = held.promise;
    const before = io.write(0, Buffer.alloc(100, 1));
    const inside = latch();
    const seen: number[] = [];
    const exclusive = io.exclusively(0, 4096, async (raw) => {
      const into = Buffer.alloc(1);
      await raw.read(0, into);
      seen.push(into[0] ?? -1);
      await inside.promise;
      await raw.write(0, Buffer.alloc(1, 2));
    });
    image.hold = undefined;
    const after = io.write(0, Buffer.alloc(1, 3));
    await io.write(4096, Buffer.alloc(1, 4));
    expect(seen).toEqual([]);
    held.open();
    await before;
    await soon();
    expect(seen).toEqual([1]);
    expect(image.bytes[0]).toBe(1);
    inside.open();
    await Promise.all([exclusive, after]);
    expect(image.bytes[0]).toBe(3);
  });

  it('survives many unaligned and exclusive requests at once', async () => {
    const image = new Plain(32 << 10, 512);
    const io = new NodeIo(image, policy);
    const work = Array.from({ length: 200 }, (_, index) => index % 5 === 0
      ? io.exclusively((index % 32) * 1024, 1024, (raw) => raw.flush())
      : io.write((index * 331) % 32_000, Buffer.alloc(1 + (index % 700), index)));
    await Promise.all(work);
    expect(io.gate.inFlight).toBe(0);
  });
});
