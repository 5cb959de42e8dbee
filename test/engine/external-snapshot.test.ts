import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { snapshotToFile } from '../../src/engine/external-snapshot.ts';
import { makeFolder, makeImage, openEngine } from './open-engine.ts';

const KIB = 1024;
const BLOCK = 4 * KIB;

async function openDisk() {
  const folder = await makeFolder();
  const file = join(folder, 'disk.qcow2');
  await makeImage(file, { format: 'qcow2', size: 1024 * BLOCK });
  const opened = await openEngine({ machine: { drives: [{ id: 'hd', if: 'ide', file, format: 'qcow2' }] } });
  await opened.engine.open();
  return { ...opened, folder, backend: opened.engine.graph.backends.get('hd')! };
}

describe('external snapshots', () => {
  it('lose no write of a guest that goes on meanwhile, and put none into the old image that was acknowledged later', async () => {
    const { run, backend, folder } = await openDisk();
    let next = 0;
    const guest = async () => {
      while (next < 1024) {
        const block = next++;
        await backend.write(block * BLOCK, Buffer.alloc(BLOCK, 1 + (block % 250)));
      }
    };
    const guests = Array.from({ length: 16 }, guest);
    for (let i = 0; i < 8; i++) {
      expect(await run('blockdev-snapshot-sync', { device: 'hd', 'snapshot-file': join(folder, `s${i}.qcow2`) })).toEqual({});
    }
    await Promise.all(guests);
    for (let block = 0; block < 1024; block++) {
      const bytes = Buffer.alloc(BLOCK);
      await backend.read(block * BLOCK, bytes);
      expect(bytes.every((byte) => byte === 1 + (block % 250)), `block ${block}`).toBe(true);
    }
    expect(backend.root!.backingChain).toHaveLength(8);
    expect(backend.root!.backingChain.every((node) => node.readOnly)).toBe(true);
  });

  it('can be undone until they are kept: the graph is as it was and the new file is gone', async () => {
    const { engine, run, backend, folder } = await openDisk();
    await backend.write(0, Buffer.alloc(BLOCK, 7));
    await backend.flush();
    const before = await run('query-block');
    const names = engine.graph.nodes().map((node) => node.name);
    const file = join(folder, 'undone.qcow2');
    const snapshot = await snapshotToFile({ device: 'hd', 'snapshot-file': file }, engine);
    expect(existsSync(file)).toBe(true);
    await snapshot.undo();
    expect(existsSync(file)).toBe(false);
    expect(await run('query-block')).toEqual(before);
    expect(engine.graph.nodes().map((node) => node.name)).toEqual(names);
    await backend.write(BLOCK, Buffer.alloc(BLOCK, 8));
  });

  it('work from the human monitor', async () => {
    const { run, folder, backend } = await openDisk();
    const line = (text: string) => run('human-monitor-command', { 'command-line': text });
    expect(await line(`snapshot_blkdev hd ${join(folder, 'h.qcow2')} qcow2`)).toBe('');
    expect(backend.root!.filename).toBe(join(folder, 'h.qcow2'));
    expect(await line(`snapshot_blkdev -n hd ${join(folder, 'nothing.qcow2')}`)).toContain('No such file or directory');
    expect(await line('block_resize hd 8')).toBe('');
    expect(backend.length).toBe(8 * KIB * KIB);
  });
});
