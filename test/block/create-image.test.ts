import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BlockGraph } from '../../src/block/graph.ts';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('creating images', () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  let graph: BlockGraph;

  beforeEach(() => {
    graph = new BlockGraph();
  });
  afterEach(() => graph.closeAll());

  it('makes a raw image of a hole behind its first block, whole sectors long', async () => {
    await graph.createImage({ filename: at('a.raw'), format: 'raw', size: (1 << 20) + 1 });
    const { size, blocks } = statSync(at('a.raw'));
    expect([size, blocks * 512]).toEqual([(1 << 20) + 512, 4096]);
  });

  it('empties a file that exists', async () => {
    writeFileSync(at('old'), Buffer.alloc(1 << 20, 1));
    await graph.createImage({ filename: at('old'), format: 'raw', size: 4096 });
    expect(readFileSync(at('old'))).toEqual(Buffer.alloc(4096));
  });

  it.each([
    ['an unknown format', { format: 'bogus' }, "Unknown file format 'bogus'"],
    ['a driver that cannot', { format: 'null-co' }, "Format driver 'null-co' does not support image creation"],
    ['a backing file for raw', { format: 'raw', backing: { filename: 'b' } }, "Backing file not supported for file format 'raw'"],
    ['itself as backing file', { format: 'qcow2', backing: { filename: at('new') } }, 'Error: Trying to create an image with the same filename as the backing file'],
    ['an unknown option', { format: 'qcow2', options: { bogus: 1 } }, "Parameter 'bogus' is unexpected"],
    ['a negative size', { format: 'raw', size: -1 }, "The image size is too large for file format 'raw'"],
    ['a size beyond what the host takes', { format: 'raw', size: Number.MAX_SAFE_INTEGER - 511 }, /Could not create|too large/],
    ['a bad cluster size', { format: 'qcow2', options: { 'cluster-size': 1000 } }, 'Cluster size must be a power of two between 512 and 2048k'],
  ])('refuses %s and leaves no file', async (_title, request, text) => {
    await expect(graph.createImage({ filename: at('new'), size: 1 << 20, ...request })).rejects.toThrow(text);
    expect(existsSync(at('new'))).toBe(false);
  });

  it('keeps a file that was there when creating fails', async () => {
    writeFileSync(at('kept'), 'x');
    await expect(graph.createImage({ filename: at('kept'), format: 'qcow2', size: 1 << 20, options: { bogus: 1 } })).rejects.toThrow();
    expect(readFileSync(at('kept'), 'utf8')).toBe('x');
  });

  it('says what is wrong with the place', async () => {
    mkdirSync(at('folder'), { recursive: true });
    await expect(graph.createImage({ filename: at('nope/x'), format: 'raw', size: 0 }))
      .rejects.toThrow(`Could not create '${at('nope/x')}': No such file or directory`);
    await expect(graph.createImage({ filename: at('folder'), format: 'raw', size: 0 }))
      .rejects.toThrow(`Could not create '${at('folder')}': Is a directory`);
    await expect(graph.createImage({ filename: '', format: 'raw', size: 0 })).rejects.toThrow("Could not create '': No such file or directory");
  });

  it('does not touch a file that a node writes to', async () => {
    await graph.createImage({ filename: at('busy'), format: 'qcow2', size: 1 << 20 });
    const before = readFileSync(at('busy'));
    const node = await graph.openFile(at('busy'));
    await expect(graph.createImage({ filename: at('busy'), format: 'raw', size: 1 })).rejects.toThrow('Failed to get "write" lock');
    await graph.release(node);
    expect(readFileSync(at('busy')).equals(before)).toBe(true);
  });
});

describeWithQemu('created images, beside the real QEMU', () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);

  it('are the same as qemu-img makes them', async () => {
    const graph = new BlockGraph();
    await graph.createImage({ filename: at('base'), format: 'raw', size: 1 << 20 });
    await graph.createImage({ filename: at('ours'), format: 'qcow2', size: 1 << 20, backing: { filename: 'base', format: 'raw' } });
    await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'base', '-F', 'raw', at('theirs'));
    const info = async (name: string) => {
      const told = JSON.parse(await qemu.img('info', '--output=json', at(name))) as Record<string, unknown>;
      return { ...told, filename: undefined, 'actual-size': undefined };
    };
    expect(await info('ours')).toEqual(await info('theirs'));
  });
});
