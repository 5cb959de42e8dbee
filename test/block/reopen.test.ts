import { chmodSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BlockGraph } from '../../src/block/graph.ts';
import { PERMISSIONS } from '../../src/block/permissions.ts';
import { native } from '../../src/host/native.ts';
import type { BlockNode } from '../../src/block/node.ts';
import { lockedBytes } from '../support/locked-bytes.ts';
import { qemu } from '../support/qemu.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MIB = 1 << 20;

describe('reopening nodes', () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  let graph: BlockGraph;
  let other: BlockGraph;
  let node: BlockNode;

  const file = (name: string, more = {}) => ({ driver: 'file', 'node-name': `${name}-file`, filename: at(name), ...more });
  const disk = (more = {}) => ({ driver: 'qcow2', 'node-name': 'disk', file: 'disk-file', ...more });
  /** What the file has inherited it keeps, unless the image says otherwise. */
  const writable = disk({ 'read-only': false });
  const read = async (from: BlockNode, offset: number) => {
    const into = Buffer.alloc(1);
    await from.io.read(offset, into);
    return into[0];
  };

  beforeEach(async () => {
    [graph, other] = [new BlockGraph(), new BlockGraph()];
    await graph.createImage({ filename: at('disk'), format: 'qcow2', size: 4 * MIB });
    await graph.createImage({ filename: at('base'), format: 'qcow2', size: 4 * MIB });
    writeFileSync(at('plain'), '');
    truncateSync(at('plain'), MIB);
    node = await graph.open({ driver: 'qcow2', 'node-name': 'disk', file: file('disk') });
  });
  afterEach(async () => {
    await other.closeAll();
    await graph.closeAll();
  });

  it('keeps every byte while options of the image change between writes', async () => {
    const options = [{ 'l2-cache-size': 131_072 }, { 'overlap-check': 'all' }, { discard: 'unmap' }, { 'read-only': false }, {}];
    for (const [turn, more] of options.entries()) {
      const writing = Promise.all([0, 1, 2, 3].map((part) => node.io.write(part * MIB + turn * 65_536, Buffer.alloc(65_536, turn + 1))));
      await graph.reopen([disk(more)]);
      await writing;
    }
    for (const [turn] of options.entries()) expect(await read(node, 2 * MIB + turn * 65_536 + 5)).toBe(turn + 1);
    await graph.release(node);
    if (qemu.isInstalled) await qemu.img('check', '-q', '-f', 'qcow2', at('disk'));
  });

  it.runIf(native() !== undefined)('holds the lock of what is written, never less on the way', async () => {
    const user = { user: 'a guest', role: 'root', needs: [], shares: PERMISSIONS };
    node.attach(user, user);
    const writing = lockedBytes(at('disk'));
    await graph.reopen([disk({ 'read-only': true })]);
    const reading = lockedBytes(at('disk'));
    expect(reading.length).toBeLessThan(writing.length);
    await expect(node.io.write(0, Buffer.alloc(1))).rejects.toMatchObject({ code: 'EPERM' });
    await graph.reopen([writable]);
    expect(lockedBytes(at('disk'))).toEqual(writing);
    await node.io.write(0, Buffer.alloc(512, 7));
    node.detach(user);
    node.references--;
  });

  it.runIf(native() !== undefined)('leaves all as it was when another program has the lock', async () => {
    await graph.reopen([disk({ 'read-only': true })]);
    const rival = await other.open({ driver: 'qcow2', 'read-only': true, file: { driver: 'file', filename: at('disk') } });
    const held = lockedBytes(at('disk'));
    await expect(graph.reopen([writable])).rejects.toMatchObject({ desc: expect.stringMatching(/^Failed to get (shared )?"write" lock$/) as string });
    expect([node.readOnly, node.file?.readOnly, lockedBytes(at('disk'))]).toEqual([true, true, held]);
    expect(await read(node, 0)).toBe(0);
    await other.release(rival);
    await graph.reopen([writable]);
    await node.io.write(0, Buffer.alloc(512, 9));
  });

  it('changes nothing when the last of several nodes cannot be opened', async () => {
    const plain = await graph.open({ driver: 'raw', 'node-name': 'plain', file: file('plain') });
    const before = [node, plain].map(({ state, readOnly }) => ({ state, readOnly }));
    const descriptions = [disk({ 'read-only': true }), { driver: 'raw', 'node-name': 'plain', file: 'plain-file', offset: 2 * MIB }];
    await expect(graph.reopen(descriptions)).rejects.toMatchObject({ desc: expect.stringContaining('Offset (2097152)') as string });
    await expect(graph.reopen([...descriptions].reverse())).rejects.toMatchObject({ desc: expect.stringContaining('Offset') as string });
    expect([node, plain].map(({ state, readOnly }) => ({ state, readOnly }))).toEqual(before);
    await Promise.all([node, plain].map(({ io }) => io.write(0, Buffer.alloc(512, 3))));
  });

  it.runIf(process.getuid?.() !== 0)('stays read-only when the host does not let the file be written', async () => {
    await graph.reopen([disk({ 'read-only': true })]);
    chmodSync(at('disk'), 0o400);
    await expect(graph.reopen([writable])).rejects.toThrow('Permission denied');
    expect([node.readOnly, await read(node, 0)]).toEqual([true, 0]);
  });

  it('goes on hearing of damage, and keeps hold of nothing old', async () => {
    const heard = vi.fn();
    graph.onCorruption = heard;
    await graph.reopen([disk({ 'l2-cache-size': 65_536 })]);
    await node.io.write(0, Buffer.alloc(512, 1));
    await node.io.flush();
    const l1 = Buffer.alloc(8);
    await node.file!.io.read(40, l1);
    const at0 = Number(l1.readBigUInt64BE());
    await graph.reopen([disk({ 'read-only': true })]);
    await graph.reopen([writable]);
    await node.file!.io.write(at0, Buffer.from('8000000000000200', 'hex'));
    await graph.reopen([disk({ 'l2-cache-size': 131_072 })]);
    await expect(node.io.read(0, Buffer.alloc(512))).rejects.toMatchObject({ code: 'EIO' });
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it('puts another file below an image only when an image of its format is in it', async () => {
    await graph.open({ driver: 'raw', 'node-name': 'plain', file: file('plain') });
    await expect(graph.reopen([disk({ file: 'plain' })])).rejects.toMatchObject({ desc: 'Image is not in qcow2 format' });
    expect([node.file?.name, graph.find('plain')?.references]).toEqual(['disk-file', 1]);
    await node.io.write(0, Buffer.alloc(512, 3));
  });

  it('connects and disconnects backing images, which close with their last user', async () => {
    const base = await graph.open({ driver: 'qcow2', 'node-name': 'base', file: file('base') });
    await base.io.write(0, Buffer.alloc(512, 5));
    await graph.reopen([disk({ backing: 'base' }), { driver: 'qcow2', 'node-name': 'base', 'read-only': true, file: 'base-file' }]);
    await graph.release(base);
    expect([await read(node, 0), graph.find('base')?.references]).toEqual([5, 1]);
    await expect(graph.reopen([{ driver: 'qcow2', 'node-name': 'base', file: 'base-file', backing: 'disk' }])).rejects.toThrow('would create a cycle');
    await graph.reopen([disk({ backing: null })]);
    expect([await read(node, 0), graph.find('base')]).toEqual([0, undefined]);
  });

  it('checks loops against the graph that the nodes before have made', async () => {
    const base = await graph.open({ driver: 'qcow2', 'node-name': 'base', file: file('base') });
    const both = [disk({ backing: 'base' }), { driver: 'qcow2', 'node-name': 'base', file: 'base-file', backing: 'disk' }];
    await expect(graph.reopen(both)).rejects.toThrow("Making 'disk' a backing child of 'base' would create a cycle");
    await graph.reopen([disk({ backing: 'base' })]);
    await graph.reopen([disk({ backing: null }), { driver: 'qcow2', 'node-name': 'base', file: 'base-file', backing: 'disk' }]);
    expect([node.backing, base.backing]).toEqual([undefined, node]);
  });

  it('does nothing when asked for nothing', async () => {
    await graph.reopen([]);
    expect(graph.nodes()).toHaveLength(2);
  });
});
