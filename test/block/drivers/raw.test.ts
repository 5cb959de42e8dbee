import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BlockGraph } from '../../../src/block/graph.ts';
import { driverConformance } from '../../support/driver-conformance.ts';

driverConformance('raw', { supports: { discardReadsZero: true } });

describe('raw', () => {
  it('keeps to its part of the file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'qmon-raw-'));
    const filename = join(folder, 'file');
    writeFileSync(filename, Buffer.alloc(8192, 0x11));
    const graph = new BlockGraph();
    const node = await graph.open({ driver: 'raw', offset: 512, size: 1024, file: { driver: 'file', filename } });
    expect(node.io.length).toBe(1024);
    await node.io.write(0, Buffer.alloc(1024, 0x22));
    await expect(node.io.write(1024, Buffer.alloc(1))).rejects.toMatchObject({ code: 'EIO' });
    await expect(node.io.truncate(4096)).rejects.toThrow('Cannot resize fixed-size raw disks');
    expect(await node.io.map(0, 1024)).toMatchObject({ offset: 0, length: 1024, hostOffset: 512 });
    await graph.closeAll();
    const bytes = readFileSync(filename);
    expect([bytes[511], bytes[512], bytes[1535], bytes[1536], bytes.length]).toEqual([0x11, 0x22, 0x22, 0x11, 8192]);
    rmSync(folder, { recursive: true });
  });
});
