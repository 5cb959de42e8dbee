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

  it('does not become another format by what a guest writes, when raw was only a guess', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'qmon-raw-'));
    const filename = join(folder, 'file');
    writeFileSync(filename, Buffer.alloc(8192, 0x11));
    const graph = new BlockGraph();
    const header = Buffer.concat([Buffer.from('QFI\xfb\0\0\0\x03', 'latin1')], 4096);
    const guessed = await graph.openFile(filename);
    await expect(guessed.io.write(0, header)).rejects.toMatchObject({ code: 'EPERM', operation: 'write' });
    await expect(guessed.io.write(0, header.subarray(0, 8))).rejects.toMatchObject({ code: 'EPERM' });
    await guessed.io.write(0, Buffer.from('QFI'));
    await expect(guessed.io.write(3, header.subarray(3, 8))).rejects.toMatchObject({ code: 'EPERM' });
    await guessed.io.write(512, header);
    await graph.release(guessed);
    expect(readFileSync(filename).subarray(0, 4)).toEqual(Buffer.from('QFI\x11'));
    const told = await graph.openFile(filename, { format: 'raw' });
    await told.io.write(0, header);
    await graph.closeAll();
    rmSync(folder, { recursive: true });
  });
});
