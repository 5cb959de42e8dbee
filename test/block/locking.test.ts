import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BlockBackend } from '../../src/block/backend.ts';
import { BlockGraph } from '../../src/block/graph.ts';
import { HostLock } from '../../src/block/host-lock.ts';
import { PERMISSIONS } from '../../src/block/permissions.ts';
import type { BlockNode } from '../../src/block/node.ts';
import { native } from '../../src/host/native.ts';
import { lockedBytes } from '../support/locked-bytes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { goldenImage } from './drivers/qcow2/support/golden.ts';

describe.runIf(native() !== undefined)('image locks', () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  let graph: BlockGraph;
  let other: BlockGraph;

  beforeEach(async () => {
    [graph, other] = [new BlockGraph(), new BlockGraph()];
    writeFileSync(at('raw'), '');
    truncateSync(at('raw'), 1 << 20);
    await graph.createImage({ filename: at('base'), format: 'qcow2', size: 1 << 20 });
    await graph.createImage({ filename: at('top'), format: 'qcow2', size: 1 << 20, backing: { filename: 'base', format: 'qcow2' } });
  });
  afterEach(async () => {
    await graph.closeAll();
    await other.closeAll();
  });

  const file = (name: string, more = {}) => ({ driver: 'file', filename: at(name), ...more });
  const disk = (node: BlockNode, guest: { removable: boolean; fixedSize?: boolean } = { removable: false }) => {
    const backend = new BlockBackend({ name: 'd0' });
    backend.insert(node);
    backend.guest = { qomPath: '/d0', ...guest };
    return backend;
  };

  it.each([
    ['a file that nobody uses', file('raw'), []],
    ['a raw image that nobody uses', { driver: 'raw', file: file('raw') }, []],
    ['a part of a file', { driver: 'raw', offset: 512, file: file('raw') }, [203]],
    ['a format', { driver: 'qcow2', file: file('base') }, [100, 101, 103, 201, 203]],
    ['a format that is only read', { driver: 'qcow2', file: file('base'), 'read-only': true }, [100, 201, 203]],
    ['a format that is shared by force', { driver: 'qcow2', file: file('base'), 'read-only': true, 'force-share': true }, [100]],
    ['a format without locking', { driver: 'qcow2', file: file('base', { locking: 'off' }) }, []],
    ['a format with locking asked for', { driver: 'qcow2', file: file('base', { locking: 'on' }), 'read-only': true }, [100, 201, 203]],
  ])('of %s are on QEMU\'s bytes', async (_title, options, bytes) => {
    await graph.open(options);
    const name = options.driver === 'qcow2' ? 'base' : 'raw';
    expect(lockedBytes(at(name))).toEqual(bytes);
    await graph.closeAll();
    expect(lockedBytes(at(name))).toEqual([]);
  });

  it('follow what the users of a node need', async () => {
    const node = await graph.open({ driver: 'raw', file: file('raw') });
    const backend = new BlockBackend({ name: 'd0' });
    backend.insert(node);
    expect(lockedBytes(at('raw'))).toEqual([100]);
    backend.guest = { qomPath: '/d0', removable: false };
    expect(lockedBytes(at('raw'))).toEqual([100, 101, 201]);
    backend.guest = { qomPath: '/d0', removable: true, fixedSize: true };
    expect(lockedBytes(at('raw'))).toEqual([100, 101, 201, 203]);
    backend.remove();
    expect(lockedBytes(at('raw'))).toEqual([]);
  });

  it('let backing images be read, and nothing else', async () => {
    await graph.openFile(at('top'));
    expect(lockedBytes(at('base'))).toEqual([100, 201, 203]);
    await other.openFile(at('base'), { readOnly: true });
    await expect(other.openFile(at('base'))).rejects.toThrow('Failed to get "write" lock');
  });

  it('refuse a second writer, and a reader of what is written, in QEMU\'s words with a hint', async () => {
    await graph.openFile(at('base'));
    const hint = `Is another process using the image [${at('base')}]?`;
    await expect(other.openFile(at('base'))).rejects.toMatchObject({ desc: 'Failed to get "write" lock', hint });
    await expect(other.openFile(at('base'), { readOnly: true })).rejects.toMatchObject({ desc: 'Failed to get shared "write" lock', hint });
    await expect(other.openFile(at('top'))).rejects.toMatchObject({ desc: 'Could not open backing file: Failed to get shared "write" lock', hint });
    expect(other.nodes()).toEqual([]);
  });

  it('refuse before the image is read: a dirty one is not repaired under its writer', async () => {
    await graph.openFile(at('base'));
    const before = readFileSync(at('base'));
    before[79] = 1;
    writeFileSync(at('base'), before);
    await expect(other.openFile(at('base'))).rejects.toThrow('Failed to get "write" lock');
    expect(readFileSync(at('base')).equals(before)).toBe(true);
  });

  it('refuse a new user of an open node and leave the locks as they were', async () => {
    disk(await graph.open({ driver: 'raw', file: file('raw') }));
    const node = await other.open({ driver: 'raw', file: file('raw') });
    const held = lockedBytes(at('raw'));
    expect(() => disk(node)).toThrow('Failed to get "write" lock');
    expect(lockedBytes(at('raw'))).toEqual(held);
  });

  it('are undone in every file when one of several refuses', async () => {
    disk(await other.open({ driver: 'raw', file: file('raw') }));
    await graph.createImage({ filename: at('on-raw'), format: 'qcow2', size: 1 << 20, backing: { filename: 'raw', format: 'raw' } });
    const node = await graph.openFile(at('on-raw'), { readOnly: true });
    const held = [lockedBytes(at('on-raw')), lockedBytes(at('raw'))];
    expect(() => node.attach({}, { user: 'x', role: 'root', needs: ['consistent read'], shares: ['consistent read', 'resize'] }))
      .toThrow('Failed to get shared "write" lock');
    expect([lockedBytes(at('on-raw')), lockedBytes(at('raw'))]).toEqual(held);
    expect([node.parents.size, node.backing?.claims.get(node)?.needs]).toEqual([0, []]);
  });

  it('need a read-only image when it is shared by force', async () => {
    await expect(graph.open({ driver: 'qcow2', file: file('base'), 'force-share': true }))
      .rejects.toThrow('force-share=on can only be used with read-only images');
  });

  it('share by force what is being written, backing images included', async () => {
    await graph.openFile(at('top'));
    await other.openFile(at('top'), { readOnly: true, options: { 'force-share': true } });
    expect(other.nodes().map((node) => node.readOnly)).toEqual([true, true, true, true]);
  });

  it('can be switched off below a format', async () => {
    await graph.openFile(at('base'));
    await other.openFile(at('base'), { options: { 'file.locking': 'off' } });
    await expect(other.openFile(at('base'), { options: { 'file.locking': 'maybe' } })).rejects.toThrow('invalid parameter value: maybe');
  });

  it('are kept while a file is emptied for a new image', async () => {
    await graph.openFile(at('base'), { readOnly: true });
    await expect(other.createImage({ filename: at('base'), format: 'raw', size: 1 })).rejects.toMatchObject({
      desc: 'Failed to get "write" lock', hint: `Is another process using the image [${at('base')}]?`,
    });
  });

  it('name the byte that cannot be locked', () => {
    expect(() => new HostLock(-1, 'x').prepare({ needs: ['write'], shares: PERMISSIONS })).toThrow('Failed to lock byte 101: Bad file descriptor');
  });
});

describe('without a way to lock', () => {
  const folder = temporaryFolder();
  const image = join(folder, 'image');
  const notes: string[] = [];

  /** The graph of a program that was installed without koffi. */
  async function graphWithoutKoffi(): Promise<BlockGraph> {
    vi.resetModules();
    vi.doMock('node:module', () => ({ createRequire: () => () => { throw new Error('no such module'); } }));
    const fresh = await import('../../src/block/graph.ts');
    const graph = new fresh.BlockGraph();
    graph.onNote = (text) => notes.push(text);
    return graph;
  }
  afterEach(() => {
    vi.doUnmock('node:module');
    vi.resetModules();
    notes.length = 0;
  });

  it('images are opened read-only, and it is said why', async () => {
    const graph = await graphWithoutKoffi();
    writeFileSync(image, await goldenImage('v2'));
    const node = await graph.openFile(image);
    expect([node.readOnly, node.file?.readOnly]).toEqual([true, true]);
    expect(notes).toEqual([
      `'${image}' cannot be locked against other programs and is opened read-only (locking=off opens it for writing): ` +
      'koffi cannot be loaded: no such module',
    ]);
    await expect(graph.createImage({ filename: image, format: 'raw', size: 1 })).rejects.toThrow(`Could not lock '${image}'`);
    await graph.closeAll();
  });

  it('images that the program itself has made are written', async () => {
    const graph = await graphWithoutKoffi();
    const filename = join(folder, 'own');
    await graph.createImage({ filename, format: 'qcow2', size: 1 << 20 });
    expect((await graph.openFile(filename)).readOnly).toBe(false);
    expect(notes).toEqual([]);
    await graph.closeAll();
    rmSync(filename);
    writeFileSync(filename, await goldenImage('v2'));
    expect((await graph.openFile(filename)).readOnly).toBe(true);
    await graph.closeAll();
  });

  it('images are written when locking is switched off, and refused when it is asked for', async () => {
    const graph = await graphWithoutKoffi();
    writeFileSync(join(folder, 'other'), Buffer.alloc(1 << 20));
    const open = (locking: string) => graph.open({ driver: 'raw', file: { driver: 'file', filename: join(folder, 'other'), locking } });
    expect((await open('off')).readOnly).toBe(false);
    await expect(open('on')).rejects.toThrow(`Could not lock '${join(folder, 'other')}': koffi cannot be loaded: no such module`);
    expect(notes).toEqual([]);
    await graph.closeAll();
  });
});
