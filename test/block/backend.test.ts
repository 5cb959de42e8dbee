import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BlockBackend } from '../../src/block/backend.ts';
import { BlockGraph } from '../../src/block/graph.ts';

const guest = { qomPath: '/machine/peripheral/x', removable: false };

describe('a device\'s backend', () => {
  let graph: BlockGraph;
  let now = 0n;
  const clock = { nowNs: () => now };

  beforeEach(() => {
    graph = new BlockGraph();
    now = 0n;
  });
  afterEach(() => graph.closeAll());

  const disk = (name: string) => graph.open({ driver: 'null-co', 'node-name': name, size: 1 << 20, 'read-zeroes': true });

  it('accounts bytes, operations, times and idle time', async () => {
    const backend = new BlockBackend({ name: 'd0', clock: { nowNs: () => (now += 100n) } });
    backend.insert(await disk('n'));
    expect(backend.accounting.idleTimeNs).toBeUndefined();
    await backend.read(0, Buffer.alloc(4096));
    await backend.write(0, Buffer.alloc(512, 1));
    await backend.writeZeroes(0, 1024);
    await backend.discard(0, 2048);
    await backend.flush();
    const { read, write, discard, flush, idleTimeNs } = backend.accounting;
    expect(read).toEqual({ bytes: 4096, operations: 1, failed: 0, invalid: 0, merged: 0, totalTimeNs: 100n });
    expect([write.bytes, write.operations, discard.bytes, flush.operations, flush.bytes]).toEqual([1536, 2, 2048, 1, 0]);
    expect(idleTimeNs).toBe(100n);
  });

  it('counts what reaches beyond the medium, or finds none, as failed, as QEMU does when no device looks first', async () => {
    const backend = new BlockBackend({ name: 'd0', clock });
    await expect(backend.read(0, Buffer.alloc(1))).rejects.toMatchObject({ code: 'ENOMEDIUM' });
    backend.insert(await disk('n'));
    await expect(backend.write(1 << 20, Buffer.alloc(1))).rejects.toMatchObject({ code: 'EIO' });
    expect([backend.accounting.read.failed, backend.accounting.write.failed, backend.accounting.write.operations]).toEqual([1, 1, 0]);
  });

  it('counts failures apart', async () => {
    const backend = new BlockBackend({ name: 'd0', clock });
    backend.insert(await graph.open({ driver: 'null-co', 'node-name': 'n', 'read-only': true }));
    await expect(backend.write(0, Buffer.alloc(512, 1))).rejects.toMatchObject({ code: 'EPERM' });
    expect(backend.accounting.write).toMatchObject({ failed: 1, operations: 0, bytes: 0 });
  });

  it('shares a node with readers, not with a second writer', async () => {
    const node = await disk('n');
    const one = new BlockBackend({ name: 'one', clock });
    const two = new BlockBackend({ name: 'two', clock });
    one.guest = guest;
    one.insert(node);
    two.insert(node);
    expect(() => (two.guest = guest)).toThrow(
      "Permission conflict on node 'n': permissions 'write' are both required by block device 'one' (uses node 'n' as 'root' child) " +
      "and unshared by block device 'two' (uses node 'n' as 'root' child).");
    expect(two.guest).toBeUndefined();
    const reader = new BlockBackend({ name: 'cd', clock, readOnly: true });
    reader.guest = guest;
    expect(() => reader.insert(node)).toThrow('Permission conflict');
    expect(reader.root).toBeUndefined();
    expect(node.references).toBe(3);
  });

  it('hands its reference over when the medium is taken out', async () => {
    const backend = new BlockBackend({ name: 'd0', clock });
    const node = await disk('n');
    backend.insert(node);
    await graph.release(node);
    expect(graph.find('n')).toBe(node);
    expect(node.deviceOrNodeName).toBe('d0');
    expect(backend.remove()).toBe(node);
    await graph.release(node);
    expect(graph.find('n')).toBeUndefined();
    expect(backend.length).toBe(0);
  });

  it('stops, reports or ignores as its policies say, and remembers why it stopped', () => {
    const backend = new BlockBackend({ name: 'd0', clock, onWriteError: 'enospc', onReadError: 'ignore' });
    expect(backend.errorAction('read', 'EIO')).toBe('ignore');
    expect(backend.errorAction('write', 'EIO')).toBe('report');
    expect(backend.ioStatus).toBe('ok');
    expect(backend.errorAction('write', 'ENOSPC')).toBe('stop');
    expect(backend.ioStatus).toBe('nospace');
    backend.onReadError = 'stop';
    backend.ioStatus = 'ok';
    expect(backend.errorAction('read', 'EIO')).toBe('stop');
    expect(backend.ioStatus).toBe('failed');
  });
});
