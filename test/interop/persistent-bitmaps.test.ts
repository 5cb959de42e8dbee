import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/create-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { QmpProcess } from './qmp-process.ts';

const MIB = 1 << 20;
const EXTENSION = 0x23852875;

type Execute = (command: string, args?: Record<string, unknown>) => Promise<unknown>;

/** What a node says of its bitmaps, without what only the seeds have. */
async function bitmapsOf(execute: Execute): Promise<Record<string, unknown>[]> {
  const nodes = (await execute('query-named-block-nodes')) as Record<string, unknown>[];
  const rows = nodes.find((node) => node['node-name'] === 'n')!['dirty-bitmaps'] as Record<string, unknown>[] | undefined;
  return (rows ?? []).map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => key !== 'status')));
}

describeWithQemu('persistent dirty bitmaps in qcow2', () => {
  const folder = temporaryFolder();
  const image = join(folder, 'image.qcow2');
  const options = (readOnly: boolean) => ({ 'driver': 'qcow2', 'node-name': 'n', 'read-only': readOnly, 'file': { driver: 'file', filename: image } });

  async function withQmon<T>(work: (execute: Execute, engine: Engine) => Promise<T>, readOnly = false): Promise<T> {
    const engine = await createEngine();
    try {
      await engine.execute('blockdev-add', options(readOnly));
      return await work((command, args) => engine.execute(command, args), engine);
    } finally {
      await engine.close();
    }
  }

  async function withQemu<T>(work: (execute: Execute, process: QmpProcess) => Promise<T>, readOnly = false): Promise<T> {
    const process = await QmpProcess.start(folder, []);
    try {
      expect(await process.execute('blockdev-add', options(readOnly))).toEqual({});
      const result = await work((command, args) => process.execute(command, args), process);
      await process.execute('blockdev-del', { 'node-name': 'n' });
      return result;
    } finally {
      await process.stop();
    }
  }

  const io = (execute: Execute, line: string) => execute('human-monitor-command', { 'command-line': `qemu-io n "${line}"` });
  const add = (execute: Execute, name: string, more: object = {}) => execute('block-dirty-bitmap-add', { node: 'n', name, persistent: true, ...more });
  const stored = async (): Promise<unknown> =>
    (JSON.parse(await qemu.img('info', '-U', '--output=json', image)) as { 'format-specific': { data: { bitmaps?: unknown } } })['format-specific'].data.bitmaps;
  const create = (size: number, clusterSize = 65536) => qemu.img('create', '-q', '-f', 'qcow2', '-o', `cluster_size=${clusterSize}`, image, String(size));

  beforeEach(() => create(8 * MIB));

  /** Has both say what they find in the image, which must be the same. */
  async function expectAlike(): Promise<Record<string, unknown>[]> {
    await qemu.img('check', '-q', image);
    const theirs = await withQemu(bitmapsOf, true);
    expect(await withQmon(bitmapsOf, true)).toEqual(theirs);
    return theirs;
  }

  it.each([[512, 8 * MIB], [4096, 64 * MIB], [65536, 2 ** 36], [2 * MIB, 2 ** 40]])('are read by QEMU as they were (%i byte clusters)', async (cluster, size) => {
    await create(size, cluster);
    await withQmon(async (execute) => {
      await add(execute, 'fine', { granularity: 2 ** 9 * Math.max(1, size / 2 ** 30) });
      await add(execute, 'plain');
      await add(execute, 'off', { disabled: true });
      for (const line of ['write 0 70k', 'write 5M 512', `write ${size - 4096} 4k`, 'write -z 1M 1M']) await io(execute, line);
      await execute('block-dirty-bitmap-merge', { node: 'n', target: 'off', bitmaps: ['plain'] });
      expect(await stored()).toBeUndefined();
    });
    const found = await expectAlike();
    expect(found.map(({ name, recording }) => [name, recording])).toEqual([['fine', true], ['plain', true], ['off', false]]);
    expect(found.every(({ count }) => (count as number) > 0)).toBe(true);
  });

  it('are all one where everything was written, which takes no space', async () => {
    await create(2 ** 36);
    await withQmon(async (execute) => {
      await add(execute, 'all', { granularity: 512 });
      await io(execute, 'write -z 0 1G');
      await io(execute, 'write -z 1G 1G');
    });
    expect(await expectAlike()).toMatchObject([{ name: 'all', count: 2 ** 31 }]);
  });

  it('are read as qemu-img and QEMU wrote them', async () => {
    await qemu.img('bitmap', '--add', image, 'one');
    await qemu.img('bitmap', '--add', '-g', '512', '--disable', image, 'two');
    await withQemu(async (execute) => {
      for (const line of ['write 0 100k', 'write 3M 1']) await io(execute, line);
      await add(execute, 'three', { granularity: 4096 });
      await io(execute, 'write 7M 5k');
    });
    expect(await expectAlike()).toMatchObject([{ name: 'three', count: 8192 }, { name: 'two', count: 0 }, { name: 'one' }]);
    await withQmon(async (execute) => {
      expect(await bitmapsOf(execute)).toMatchObject([{ name: 'three', count: 8192 }, {}, { name: 'one', count: 4 * 65536 }]);
      await io(execute, 'write 6M 64k');
    });
    expect(await expectAlike()).toMatchObject([{ name: 'three', count: 8192 + 65536 }, { count: 0 }, { count: 5 * 65536 }]);
  });

  it('are taken over by qemu-img bitmap, and back', async () => {
    await withQmon(async (execute) => {
      await add(execute, 'a');
      await io(execute, 'write 1M 64k');
      await add(execute, 'b');
      await io(execute, 'write 2M 64k');
    });
    await qemu.img('bitmap', '--add', '--merge', 'a', image, 'c');
    await qemu.img('bitmap', '--clear', image, 'b');
    await qemu.img('bitmap', '--remove', image, 'a');
    expect(await expectAlike()).toMatchObject([{ name: 'c', count: 131072 }, { name: 'b', count: 0 }]);
    await withQmon(async (execute) => {
      await execute('block-dirty-bitmap-remove', { node: 'n', name: 'c' });
      await execute('block-dirty-bitmap-remove', { node: 'n', name: 'b' });
    });
    expect(await stored()).toBeUndefined();
    expect(await expectAlike()).toEqual([]);
  });

  it('are kept across a resize', async () => {
    await withQmon(async (execute) => {
      await add(execute, 'a');
      await io(execute, 'write 0 8M');
      await execute('block_resize', { 'node-name': 'n', 'size': 3 * MIB + 512 });
      await execute('block_resize', { 'node-name': 'n', 'size': 300 * MIB });
      await io(execute, 'write 299M 64k');
    });
    expect(await expectAlike()).toMatchObject([{ count: 3 * MIB + 2 * 65536 }]);
  });

  it('are stored when an overlay is put above them, and can then not be changed', async () => {
    await withQmon(async (execute) => {
      await add(execute, 'a');
      await io(execute, 'write 0 64k');
      await execute('blockdev-snapshot-sync', { 'node-name': 'n', 'snapshot-file': join(folder, 'over.qcow2'), 'snapshot-node-name': 'over' });
      expect(await stored()).toEqual([{ name: 'a', granularity: 65536, flags: ['auto'] }]);
      await expect(execute('block-dirty-bitmap-clear', { node: 'n', name: 'a' })).rejects.toThrow("Bitmap 'a' is readonly and cannot be modified");
    });
    expect(await expectAlike()).toMatchObject([{ count: 65536 }]);
  });

  /** The image as a crash would leave it while it is open. */
  async function crashed(work: (execute: Execute) => Promise<unknown>): Promise<Buffer> {
    return withQmon(async (execute) => {
      await work(execute);
      return readFile(image);
    });
  }

  it('are inconsistent after a crash, and then only to be removed', async () => {
    await qemu.img('bitmap', '--add', image, 'a');
    await qemu.img('bitmap', '--add', image, 'b');
    await writeFile(image, await crashed((execute) => execute('block-dirty-bitmap-remove', { node: 'n', name: 'b' })));
    expect(await stored()).toEqual([{ name: 'a', granularity: 65536, flags: ['in-use', 'auto'] }]);
    const refusals = async (execute: Execute): Promise<unknown[]> => {
      const answers: unknown[] = [await bitmapsOf(execute)];
      for (const step of [
        ['block-dirty-bitmap-clear', { node: 'n', name: 'a' }], ['block-dirty-bitmap-enable', { node: 'n', name: 'a' }],
        ['block-dirty-bitmap-add', { node: 'n', name: 'a' }], ['block_resize', { 'node-name': 'n', 'size': MIB }],
        ['block-dirty-bitmap-remove', { node: 'n', name: 'b' }],
      ] as const) {
        answers.push(await execute(step[0], step[1]).catch((error: Error & { class?: string }) => `${error.class}: ${error.message}`));
      }
      return answers;
    };
    expect(await withQmon(refusals)).toEqual(await withQemu(refusals));
    expect(await stored()).toEqual([{ name: 'a', granularity: 65536, flags: ['in-use', 'auto'] }]);
    await withQmon(async (execute) => {
      await execute('block-dirty-bitmap-remove', { node: 'n', name: 'a' });
      await execute('block_resize', { 'node-name': 'n', 'size': MIB });
    });
    expect(await expectAlike()).toEqual([]);
  });

  it('keep their clusters when refcounts are repaired', async () => {
    await withQmon(async (execute) => {
      await add(execute, 'a', { granularity: 512 });
      await io(execute, 'write 1M 5k');
    });
    const file = await open(image, 'r+');
    await file.write(Buffer.from([1]), 0, 1, 79);
    await file.close();
    await withQmon((execute) => io(execute, 'write 2M 1M'));
    expect(await expectAlike()).toMatchObject([{ count: MIB + 5120 }]);
  });

  it('are ignored once a program without bitmaps has changed the image', async () => {
    await qemu.img('bitmap', '--add', image, 'a');
    const file = await open(image, 'r+');
    await file.write(Buffer.alloc(8), 0, 8, 88);
    await file.close();
    await withQmon(async (execute) => {
      expect(await bitmapsOf(execute)).toEqual([]);
      await add(execute, 'fresh');
    });
    expect(await withQemu(bitmapsOf, true)).toMatchObject([{ name: 'fresh' }]);
  });

  it('are refused in the same words where they are damaged', async () => {
    await qemu.img('bitmap', '--add', image, 'p');
    await qemu.img('bitmap', '--add', image, 'q');
    await qemu.io(image, 'write 0 64k');
    const sound = await readFile(image);
    const extension = sound.indexOf(Buffer.from(EXTENSION.toString(16), 'hex')) + 8;
    const directory = Number(sound.readBigUInt64BE(extension + 16));
    const table = Number(sound.readBigUInt64BE(directory));
    const damage: readonly [offset: number, bytes: number, value: number | bigint][] = [
      [extension - 4, 4, 16], [extension, 4, 0], [extension, 4, 70000], [extension, 4, 3], [extension, 4, 1], [extension + 4, 4, 1],
      [extension + 8, 8, 1n << 40n], [extension + 8, 8, 0n], [extension + 8, 8, 16n], [extension + 16, 8, 0x50200n],
      [directory, 8, 0x50200n], [directory, 8, 0n], [directory + 8, 4, 0], [directory + 8, 4, 2 ** 31], [directory + 8, 4, 2],
      [directory + 12, 4, 0x80], [directory + 16, 1, 2], [directory + 17, 1, 3], [directory + 17, 1, 40], [directory + 18, 2, 2000],
      [directory + 20, 4, 8], [directory + 32 + 24, 1, 0x70], [table, 8, 4n], [table, 8, 0x200n], [table, 8, 0x10001n],
    ];
    for (const [offset, length, value] of damage) {
      const bytes = Buffer.from(sound);
      if (typeof value === 'bigint') bytes.writeBigUInt64BE(value, offset);
      else bytes.writeUIntBE(value, offset, length);
      await writeFile(image, bytes);
      const said = await qemu.io(image, 'read 0 512').catch((error: Error & { stderr: string }) => error.stderr);
      const theirs = said.trim().replace(/^qemu-io: can't open device [^:]*: /, '');
      await expect(withQmon(bitmapsOf), `${offset}: ${value}`).rejects.toThrow(theirs);
    }
  });
});
