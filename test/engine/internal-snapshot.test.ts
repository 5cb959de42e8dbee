import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder, makeImage, openEngine } from './open-engine.ts';

const BLOCK = 4096;

describe('internal snapshots', () => {
  it('work from the human monitor, while the guest goes on', async () => {
    const file = join(await makeFolder(), 'disk.qcow2');
    await makeImage(file, { format: 'qcow2', size: 512 * BLOCK });
    const { engine, run } = await openEngine({ machine: { drives: [{ id: 'hd', if: 'ide', file, format: 'qcow2' }] } });
    await engine.open();
    const backend = engine.graph.backends.get('hd')!;
    const line = (text: string) => run('human-monitor-command', { 'command-line': text });
    let next = 0;
    const guest = async () => {
      while (next < 512) {
        const block = next++;
        await backend.write(block * BLOCK, Buffer.alloc(BLOCK, 1 + (block % 250)));
      }
    };
    const guests = Array.from({ length: 8 }, guest);
    for (const name of ['a', 'b', 'c']) expect(await line(`snapshot_blkdev_internal hd ${name}`)).toBe('');
    expect(await line('snapshot_delete_blkdev_internal hd b')).toBe('');
    expect(await line('snapshot_delete_blkdev_internal hd b')).toContain("does not exist on device 'hd'");
    await Promise.all(guests);
    const [{ inserted }] = await run('query-block');
    expect(inserted.image.snapshots.map(({ id, name }: { id: string; name: string }) => [id, name])).toEqual([['1', 'a'], ['3', 'c']]);
    for (let block = 0; block < 512; block++) {
      const bytes = Buffer.alloc(BLOCK);
      await backend.read(block * BLOCK, bytes);
      expect(bytes.every((byte) => byte === 1 + (block % 250)), `block ${block}`).toBe(true);
    }
  });
});
