import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { drivers } from '../../src/block/drivers.ts';
import { BlockGraph } from '../../src/block/graph.ts';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
let graph: BlockGraph;

beforeEach(() => {
  graph = new BlockGraph();
});
afterEach(() => graph.closeAll());

describe('an image in a format without a driver', () => {
  it('is not taken for a raw image unless that is asked for', async () => {
    writeFileSync(at('a'), 'Bochs Virtual HD Image'.padEnd(4096, '\0'));
    await expect(graph.openFile(at('a'))).rejects.toThrow(
      `'${at('a')}' is an image in bochs format, which has no driver here; format raw opens it as plain bytes`);
    expect((await graph.openFile(at('a'), { format: 'raw' })).driver.name).toBe('raw');
  });

  it('cannot be written over a raw image whose format was guessed', async () => {
    writeFileSync(at('a.img'), Buffer.alloc(4096));
    const { io } = await graph.openFile(at('a.img'));
    await expect(io.write(0, Buffer.from('KDMV'.padEnd(512, '\0')))).rejects.toMatchObject({ code: 'EPERM' });
    expect(readFileSync(at('a.img')).equals(Buffer.alloc(4096))).toBe(true);
  });
});

describeWithQemu('images that qemu-img makes', () => {
  const without = ['parallels', 'qcow', 'qed', 'vdi', 'vhdx', 'vmdk', 'vpc'].filter((format) => !drivers.has(format));
  it.each(without)('are known by their first bytes: %s', async (format) => {
    await qemu.img('create', '-q', '-f', format, at(`new.${format}`), '1M');
    await expect(graph.openFile(at(`new.${format}`))).rejects.toThrow(`is an image in ${format} format`);
  });
});
