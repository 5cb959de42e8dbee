import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BlockGraph } from '../../../src/block/graph.ts';
import { driverConformance } from '../../support/driver-conformance.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const SIZE = (3 << 20) + 65_536;
const folder = temporaryFolder();
let copies = 0;

for (const over of ['raw', 'qcow2'] as const) {
  driverConformance('blkverify', { over, size: SIZE, wrap: (below) => ({ driver: 'blkverify', test: below, raw: emptyFile() }) });
}

function emptyFile(content: Buffer = Buffer.alloc(SIZE)) {
  const filename = join(folder, `raw${copies++}`);
  writeFileSync(filename, content);
  return { driver: 'file', filename };
}

describe('blkverify', () => {
  it('fails a read, and says where, when the images differ', async () => {
    const graph = new BlockGraph();
    const content = Buffer.alloc(4096);
    content[1000] = 1;
    const node = await graph.open({ driver: 'blkverify', test: emptyFile(Buffer.alloc(4096)), raw: emptyFile(content) });
    await node.io.read(0, Buffer.alloc(512));
    const failure = await node.io.read(512, Buffer.alloc(1024)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'EIO', cause: { message: 'blkverify: read offset=512 bytes=1024 contents mismatch at offset 1000' } });
    await node.io.write(512, Buffer.alloc(1024, 3));
    await node.io.read(512, Buffer.alloc(1024));
    await graph.closeAll();
  });

  it('fails a request that only one of the images does', async () => {
    const graph = new BlockGraph();
    const test = { driver: 'blkdebug', image: emptyFile(), 'inject-error': [{ event: 'none', errno: 28, iotype: 'write' }] };
    const node = await graph.open({ driver: 'blkverify', test, raw: emptyFile() });
    await expect(node.io.write(0, Buffer.alloc(512))).rejects.toMatchObject({ code: 'EIO', cause: { message: expect.stringContaining('return value mismatch') as string } });
    await graph.closeAll();
  });
});
