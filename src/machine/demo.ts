import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlockGraph } from '../block/graph.ts';
import type { MachineDescription } from './description.ts';
import { buildIso9660 } from './iso9660.ts';

const MIB = 1024 * 1024;
const DISK_SIZE = 64 * MIB;
const PIECE = MIB / 4;

export interface Demo {
  readonly description: MachineDescription;
  readonly folder: string;
  /** Removes the images. */
  readonly dispose: () => Promise<void>;
}

/** Makes the images of the demo machine in a new temporary folder: a disk over a base image, a CD, an empty floppy and card drive. */
export async function createDemo(): Promise<Demo> {
  const folder = await mkdtemp(join(tmpdir(), 'qmon-demo-'));
  const dispose = () => rm(folder, { recursive: true, force: true });
  try {
    await createImages(folder);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { description: describe(folder), folder, dispose };
}

/** Nobody else knows of the images; without locks the start need not load what takes them. */
const UNLOCKED = { 'file.locking': 'off' } as const;

const backing = (filename: string) => ({
  'backing.driver': 'qcow2', 'backing.file.driver': 'file', 'backing.file.filename': filename, 'backing.file.locking': 'off',
});

function describe(folder: string): MachineDescription {
  const disks = join(folder, 'disks');
  return {
    drives: [
      { id: 'ide0-hd0', if: 'ide', file: join(disks, 'test.qcow2'), format: 'qcow2', ...UNLOCKED, ...backing(join(disks, 'base.qcow2')) },
      { id: 'ide1-cd0', if: 'ide', index: 2, media: 'cdrom', file: join(folder, 'cd.iso'), format: 'raw', ...UNLOCKED },
      { id: 'floppy0', if: 'floppy' },
      { id: 'sd0', if: 'sd' },
    ],
    guest: [{ device: 'ide0-hd0', reads: { iops: 40, size: '4k' }, writes: { iops: 15, size: '16k' } }],
    machine: { name: 'demo' },
  };
}

async function createImages(folder: string): Promise<void> {
  const disks = join(folder, 'disks');
  await mkdir(disks);
  const text = Buffer.from('This CD belongs to the demo machine of qmon.\n');
  const iso = buildIso9660('QMON_DEMO', [{ name: 'README.TXT', content: text }]);
  await Promise.all([createDisks(join(disks, 'base.qcow2'), join(disks, 'test.qcow2')), writeFile(join(folder, 'cd.iso'), iso)]);
}

async function createDisks(base: string, overlay: string): Promise<void> {
  const graph = new BlockGraph();
  const common = { format: 'qcow2', size: DISK_SIZE, locking: 'off' } as const;
  await graph.createImage({ filename: base, ...common });
  await fill(graph, base, { from: 0, length: 8 * MIB, every: 2 * MIB });
  await graph.createImage({ filename: overlay, ...common, backing: { filename: 'base.qcow2', format: common.format } });
  await fill(graph, overlay, { from: 4 * MIB, length: 8 * MIB, every: 4 * MIB });
  await graph.closeAll();
}

/** Writes a piece of data at every so many bytes of a range, so that the image has data and holes. Nobody misses it after a crash. */
async function fill(graph: BlockGraph, filename: string, range: { from: number; length: number; every: number }): Promise<void> {
  const node = await graph.openFile(filename, { format: 'qcow2', cache: { noFlush: true }, backing: null, options: UNLOCKED });
  const piece = Buffer.allocUnsafe(PIECE);
  for (let offset = range.from; offset < range.from + range.length; offset += range.every) {
    await node.io.write(offset, piece.fill(offset / MIB + 1));
  }
  await graph.release(node);
}
