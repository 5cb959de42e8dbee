import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '../../block/drivers/qcow2/support/scratch.ts';
import { qemu } from '../qemu.ts';
import type { Moment } from './disk-content.ts';
import { DiskContent, SECTOR } from './disk-content.ts';

/** A file that must hold what the disk held at some moment. */
export interface Copy {
  readonly file: string;
  readonly content: Moment;
  /** Its content lies partly in images of the disk's chain: it is gone when something is written down into one of these. */
  readonly isLayer: boolean;
}

/** A bitmap and the copy of the disk that it keeps up to date. */
export interface Increments {
  readonly bitmap: string;
  readonly file: string;
  /** The full copy that comes first has succeeded. */
  isBegun: boolean;
  isBusy: boolean;
}

/** One disk under stress, and what must be in its files. */
export interface StressDisk {
  readonly device: string;
  /** The first image that the guest writes to. */
  readonly file: string;
  readonly format: string;
  readonly content: DiskContent;
  /** The image that the guest writes to. */
  top: string;
  /** By file: copies that were made, and images that were covered by others. */
  readonly copies: Map<string, Copy>;
  increments?: Increments | undefined;
  /** How often a commit began or ended: what lies over an image may have changed then. */
  commits: number;
}

const CLUSTERS = [512, 4096, 65536, 65536, 65536, 1 << 20];

/** Makes a chain of images, the lowest ones raw at times and no longer than those above, with something in each. */
export async function makeDisk(folder: string, device: string, random: Random): Promise<StressDisk> {
  const size = (1024 + random.below(5120)) * SECTOR;
  const content = new DiskContent(new Uint8Array(size / SECTOR));
  const copies = new Map<string, Copy>();
  const layers = random.below(4);
  let below: { file: string; format: string } | undefined;
  for (let layer = 0; layer <= layers; layer++) {
    const isTop = layer === layers;
    const length = isTop || random.below(2) === 0 ? size : Math.ceil(size / 2 / SECTOR) * SECTOR;
    const format = layer === 0 && random.below(4) === 0 ? 'raw' : 'qcow2';
    const file = join(folder, `${device}-${layer}.${format}`);
    const clusterSize = random.pick(CLUSTERS);
    if (format === 'raw') await writeFile(file, Buffer.alloc(length));
    else {
      const backing = below === undefined ? [] : ['-b', below.file, '-F', below.format];
      await qemu.img('create', '-q', '-f', 'qcow2', '-o', `cluster_size=${clusterSize}`, ...backing, file, String(length));
    }
    const fills = Array.from({ length: 6 }, () => randomFill(random, length));
    await qemu.io(file, ...fills.map(({ offset, length: bytes, value }) => `write -P ${value} ${offset} ${bytes}`));
    // Behind the end of a shorter image lie zeroes.
    content.sectors.fill(0, length / SECTOR);
    for (const fill of fills) content.done(fill);
    if (!isTop) below = { file, format };
    else return { device, file, top: file, format, content, copies, commits: 0 };
  }
  throw new Error('a disk has a top');
}

/** A range of sectors, often small, within a disk, and a value for them. */
export function randomFill(random: Random, size: number): { offset: number; length: number; value: number } {
  const sectors = size / SECTOR;
  const start = random.below(sectors);
  const count = 1 + random.below(Math.min(sectors - start, random.pick([1, 8, 128, 300])));
  return { offset: start * SECTOR, length: count * SECTOR, value: 1 + random.below(255) };
}
