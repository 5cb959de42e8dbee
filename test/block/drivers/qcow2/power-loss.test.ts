import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import qcow2 from '../../../../src/block/drivers/qcow2/index.ts';
import type { OpenImage } from '../../../../src/block/driver.ts';
import { IoError } from '../../../../src/block/io-error.ts';
import { expectSnapshot, expectSound } from '../../../support/kill/check-image.ts';
import type { Effect } from '../../../support/kill/disk-model.ts';
import { DiskModel, SECTOR, sectorBytes } from '../../../support/kill/disk-model.ts';
import type { DiskPlan } from '../../../support/kill/random-requests.ts';
import { RandomRequests } from '../../../support/kill/random-requests.ts';
import { describeWithQemu } from '../../../support/qemu.ts';
import { MemoryFile } from './support/memory-file.ts';
import { createQcow2 } from './support/open-qcow2.ts';
import { Random, seed, useScratch } from './support/scratch.ts';

const path = useScratch();
const RUNS = Number(process.env.QMON_ROUNDS ?? 40);
/** How often each run's image loses power. */
const LOSSES = 3;
const MAX_SIZE = 2 ** 20;

const open = (file: MemoryFile, base: MemoryFile | undefined): Promise<OpenImage> => qcow2.open({
  options: { 'l2-cache-size': 4096, 'refcount-cache-size': 4096, 'cache-clean-interval': 0 }, children: { file }, readOnly: false, unmap: true,
}).then((image) => {
  if (base !== undefined) image.setBacking?.(base);
  return image;
});

async function fill(image: OpenImage, { verb, offset, length, value }: Extract<Effect, { kind: 'fill' }>): Promise<void> {
  if (verb === 'discard') return image.discard(offset, length);
  if (value === 0) return image.writeZeroes(offset, length, { mayUnmap: verb === 'write -z -u' });
  return image.write(offset, Buffer.alloc(length, value), { compressed: verb === 'write -c' });
}

/** Does at the driver what the requests do to a disk. */
async function apply(image: OpenImage, effect: Effect): Promise<unknown> {
  switch (effect.kind) {
    case 'fill': return fill(image, effect);
    case 'flush': return image.flush();
    case 'resize': return image.truncate(effect.size);
    case 'snapshot': return image.createSnapshot?.({ name: effect.name, dateSeconds: 1, dateNanoseconds: 2, vmClockNanoseconds: 3n });
    case 'delete-snapshot': return image.deleteSnapshot?.(image.facts().snapshots?.find(({ name }) => name === effect.name)?.id ?? '');
    case 'rename-backing': return image.changeBackingFile?.(effect.filename, 'raw');
    case 'overlay': throw new Error('one image has no overlay');
  }
}

interface Disk {
  readonly plan: DiskPlan;
  readonly file: MemoryFile;
  readonly base: MemoryFile | undefined;
  readonly model: DiskModel;
}

async function makeDisk(random: Random): Promise<Disk> {
  const clusterSize = random.pick([512, 512, 1024, 4096, 16384]);
  const version = random.pick([2, 3, 3] as const);
  const size = MAX_SIZE / 2 + random.below(MAX_SIZE / 2 / SECTOR) * SECTOR;
  const below = new Uint8Array(random.below(2) * Math.floor(size / 3 / SECTOR)).fill(201);
  const hasBacking = below.length > 0;
  const [image, base, sameBase] = [path('image'), path('base'), path('./base')];
  await writeFile(base, sectorBytes(below));
  await createQcow2(image, size, {
    'cluster-size': clusterSize, version: version === 2 ? 'v2' : 'v3', ...(version === 3 && { 'refcount-bits': random.pick([8, 16, 64]) }),
    ...(hasBacking && { 'backing-file': base, 'backing-fmt': 'raw' }),
  });
  return {
    plan: { device: 'd', file: image, clusterSize, version, size, maxSize: MAX_SIZE, maxOverlays: 0, ...(hasBacking && { backing: [base, sameBase] }) },
    file: new MemoryFile(await readFile(image)), base: hasBacking ? new MemoryFile(sectorBytes(below)) : undefined,
    model: new DiskModel({ file: path('left'), size, maxSize: MAX_SIZE, below }),
  };
}

/** Works until the file does not work any more. */
async function playToTheEnd({ plan, file, base, model }: Disk, random: Random): Promise<void> {
  const image = await open(file, base);
  file.failFrom = file.changes + 1 + random.below(random.pick([50, 500, 3000]));
  const play = async ({ effect }: { effect: Effect }): Promise<void> => {
    model.start(effect);
    await apply(image, effect);
    model.done(effect);
  };
  try {
    for (const batch of new RandomRequests(plan, random).batches(400)) {
      const ends = await Promise.allSettled(batch.map(play));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    }
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
  }
  await image.close().catch((error: unknown) => expect(error).toBeInstanceOf(IoError));
}

async function expectIntact({ base, model }: Disk, content: Buffer): Promise<void> {
  await writeFile(model.top, content);
  await expectSound(model.top);
  const image = await open(new MemoryFile(content), base);
  const bytes = Buffer.alloc(image.length);
  await image.read(0, bytes);
  if (!model.isPossibleSize(bytes.length)) expect.fail(`${bytes.length} bytes`);
  const loss = model.findLoss(bytes);
  if (loss !== undefined) expect.fail(loss);
  for (const snapshot of model.snapshots) await expectSnapshot({ ...snapshot, file: model.top }, path('snapshot'));
}

async function playRun(run: number): Promise<void> {
  const random = new Random(seed + run * 31);
  const disk = await makeDisk(random);
  await playToTheEnd(disk, random);
  for (let loss = 0; loss <= LOSSES; loss++) {
    const content = loss === 0 ? disk.file.content : disk.file.afterPowerLoss(random);
    await expectIntact(disk, content).catch((error: Error) => {
      const how = loss === 0 ? 'killed' : 'without power';
      throw new Error(`run ${run} (QMON_SEED=${seed}), ${how} at change ${disk.file.failFrom} of ${JSON.stringify(disk.plan)}: ${error.message}`, { cause: error });
    });
  }
}

describeWithQemu(`qcow2 when the machine loses power (QMON_SEED=${seed})`, () => {
  it(`keeps what was flushed, and leaves leaks at most (${RUNS * LOSSES} rounds)`, { timeout: 60_000 + RUNS * 1000 }, async () => {
    for (let run = 0; run < RUNS; run++) await playRun(run);
  });
});
