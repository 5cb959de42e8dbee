import type { BlockIo, PutInHost } from '../../../../../src/block/driver.ts';
import type { Random } from './scratch.ts';

/** What the image is and what a guest must see in it. */
export interface Workload {
  readonly random: Random;
  readonly model: Buffer;
  readonly clusterSize: number;
  /** Whether a discard makes whole clusters read as zero (else it changes nothing). */
  readonly discardZeroes: boolean;
  /** Where the image lies, if bytes are to get there past it too. */
  readonly file?: BlockIo;
}

type Operation = (image: BlockIo, workload: Workload, offset: number, length: number) => Promise<void>;

const OPERATIONS: readonly Operation[] = [
  write, write, write, write, writeOffloaded, writeOffloaded,
  (image, { model }, offset, length) => {
    model.fill(0, offset, offset + length);
    return image.writeZeroes(offset, length);
  },
  (image, { model }, offset, length) => {
    model.fill(0, offset, offset + length);
    return image.writeZeroes(offset, length, { mayUnmap: true });
  },
  discard,
  readBack, readBack,
];

function write(image: BlockIo, { model, random }: Workload, offset: number, length: number): Promise<void> {
  const bytes = random.bytes(length);
  bytes.copy(model, offset);
  return image.write(offset, bytes);
}

/** Now and then the host gives up half-way. */
async function writeOffloaded(image: BlockIo, workload: Workload, offset: number, length: number): Promise<void> {
  const { file, model, random } = workload;
  if (file === undefined) return write(image, workload, offset, length);
  const bytes = random.bytes(length);
  bytes.copy(model, offset);
  const put: PutInHost = async (to, from, count) => {
    const done = random.below(6) === 0 ? random.below(count) : count;
    await file.write(to.offset, bytes.subarray(from, from + done));
    return done === count;
  };
  if (!(await image.writeOffloaded?.(offset, length, put))) await image.write(offset, bytes);
}

function discard(image: BlockIo, { model, clusterSize, discardZeroes }: Workload, offset: number, length: number): Promise<void> {
  const from = Math.ceil(offset / clusterSize) * clusterSize;
  const end = offset + length;
  const to = end === model.length ? end : Math.floor(end / clusterSize) * clusterSize;
  if (discardZeroes && from < to) model.fill(0, from, to);
  return image.discard(offset, length);
}

async function readBack(image: BlockIo, { model }: Workload, offset: number, length: number): Promise<void> {
  const expected = Buffer.from(model.subarray(offset, offset + length));
  const bytes = Buffer.alloc(length, 0xee);
  await image.read(offset, bytes);
  if (!bytes.equals(expected)) throw new Error(`wrong bytes in ${length} at ${offset}, from ${firstDifference(bytes, expected)} on`);
}

export function firstDifference(a: Buffer, b: Buffer): number {
  return a.findIndex((byte, i) => byte !== b[i]);
}

/** Runs rounds of up to eight requests at once, on ranges that share clusters but no bytes; some rounds end with a flush. */
export async function runWorkload(image: BlockIo, workload: Workload, rounds: number): Promise<void> {
  const { random, model, clusterSize } = workload;
  for (let round = 0; round < rounds; round++) {
    const parts = 1 + random.below(8);
    const window = Math.min(model.length, random.pick([clusterSize, clusterSize * 4, 65536, 1 << 20, model.length]));
    const base = random.below(model.length - window + 1);
    const cuts = Array.from({ length: parts * 2 }, () => place(random, base + random.below(window + 1), clusterSize, model.length)).sort((a, b) => a - b);
    await Promise.all(Array.from({ length: parts }, (_, i) => {
      const offset = cuts[i * 2] as number;
      const length = Math.min((cuts[i * 2 + 1] as number) - offset, 3 << 20);
      return length === 0 ? Promise.resolve() : random.pick(OPERATIONS)(image, workload, offset, length);
    }));
    if (random.below(6) === 0) await image.flush();
  }
}

/** Half of the borders are cluster borders, the others sectors or any byte. */
function place(random: Random, offset: number, clusterSize: number, limit: number): number {
  const unit = random.pick([clusterSize, clusterSize, 512, 1]);
  return Math.min(limit, Math.round(offset / unit) * unit);
}
