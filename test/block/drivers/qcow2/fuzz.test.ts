import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { OpenImage } from '../../../../src/block/driver.ts';
import qcow2 from '../../../../src/block/drivers/qcow2/index.ts';
import { goldenImage, goldenNames } from './support/golden.ts';
import { MemoryFile } from './support/memory-file.ts';
import { createQcow2 } from './support/open-qcow2.ts';
import { Random, seed, useScratch } from './support/scratch.ts';

const path = useScratch();
const ROUNDS = Number(process.env.QMON_ROUNDS ?? 150);

/** Flips bits and puts telling values, mostly into the front where the metadata of small images lies. */
function spoil(image: Buffer, random: Random): Buffer {
  const bytes = Buffer.from(image);
  for (let i = 1 + random.below(6); i > 0; i--) {
    const at = random.below(random.pick([112, 512, 4096, bytes.length]) - 8);
    if (at + 8 > bytes.length) continue;
    switch (random.below(4)) {
      case 0: bytes[at] = (bytes[at] as number) ^ (1 << random.below(8)); break;
      case 1: bytes[at] = random.below(256); break;
      case 2: bytes.writeBigUInt64BE(random.pick([0n, 1n, 0xffffffffffffffffn, 1n << 62n, 1n << 63n, 512n, 0x8000000000000000n]), at - (at % 8)); break;
      default: bytes.copy(bytes, at, random.below(bytes.length - 8), random.below(bytes.length - 8) + 8);
    }
  }
  return bytes;
}

/** Requests of all kinds; each may only succeed or fail with an IoError or, for a resize, QEMU's refusal. */
async function exercise(image: OpenImage, random: Random): Promise<void> {
  const limit = Math.min(image.length, 2 ** 21);
  const requests: (() => Promise<unknown>)[] = [
    () => image.read(0, Buffer.alloc(Math.min(limit, 65536))),
    () => image.write(random.below(limit + 1 - Math.min(limit, 5000)), random.bytes(Math.min(limit, 5000))),
    () => image.writeZeroes(0, Math.min(limit, 8192), { mayUnmap: true }),
    () => image.map(0, Math.max(1, limit)),
    () => image.discard(0, Math.min(limit, 8192)),
    () => image.write(0, random.bytes(Math.min(limit, 65536))),
    () => image.flush(),
    () => image.truncate(4096),
    () => image.truncate(2 ** 20),
    () => image.close(),
  ];
  for (const request of requests) {
    await request().catch((error: unknown) => expect(['IoError', 'QapiError']).toContain((error as Error).name));
  }
}

async function round(base: Buffer, random: Random): Promise<boolean> {
  const bytes = spoil(base, random);
  const file = new MemoryFile(bytes);
  let image: OpenImage;
  try {
    image = await qcow2.open({ options: { 'cache-clean-interval': 0 }, children: { file }, readOnly: false, unmap: true });
  } catch (error) {
    expect(['IoError', 'QapiError']).toContain((error as Error).name);
    if (file.changes > 0) expect((error as Error).message).toContain('Could not repair dirty image');
    return false;
  }
  await exercise(image, random);
  return true;
}

describe(`qcow2 images with random damage (QMON_SEED=${seed})`, () => {
  it.each(goldenNames)('%s never makes it crash, hang or write to what it refused', async (name) => {
    const random = new Random(seed);
    const base = await goldenImage(name);
    for (let i = 0; i < ROUNDS; i++) await round(base, random);
  });

  it('an image of its own never makes it crash or hang', async () => {
    await createQcow2(path('own'), 2 ** 20, { 'cluster-size': 512 });
    const file = new MemoryFile(await readFile(path('own')));
    const image = await qcow2.open({ options: {}, children: { file }, readOnly: false, unmap: true });
    await image.write(0, Buffer.alloc(100_000, 9));
    await image.close();
    let opened = 0;
    for (let i = 0; i < ROUNDS; i++) if (await round(file.content, new Random(seed + i))) opened++;
    expect(opened).toBeGreaterThan(0);
  });

  it('a refcount block beyond every file ends a shrink with an error instead of counting for ever', async () => {
    await createQcow2(path('far'), 2 ** 20, { 'cluster-size': 1024 });
    const bytes = await readFile(path('far'));
    const table = Number(bytes.readBigUInt64BE(48));
    for (const index of [50, 51]) bytes.writeBigUInt64BE(1n << 63n, table + index * 8);
    const image = await qcow2.open({ options: {}, children: { file: new MemoryFile(bytes) }, readOnly: false, unmap: true });
    await expect(image.truncate(4096)).rejects.toMatchObject({ name: 'IoError', code: 'EIO' });
    await image.close();
  });
});
