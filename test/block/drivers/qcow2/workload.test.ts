import { writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { describeWithQemu, qemu } from '../../../support/qemu.ts';
import { openQcow2 } from './support/open-qcow2.ts';
import { PlainFile } from './support/plain-file.ts';
import { Random, seed, useScratch } from './support/scratch.ts';
import type { Workload } from './support/workload.ts';
import { runWorkload } from './support/workload.ts';

const path = useScratch();

interface Case {
  readonly name: string;
  readonly clusterSize: number;
  readonly compat?: '0.10' | '1.1';
  readonly refcountBits?: number;
  readonly backing?: boolean;
  readonly snapshots?: boolean;
}

const sizeOf = (clusterSize: number): number => (clusterSize < 65536 ? 3 * 2 ** 20 + 512 * 7 : 24 * 2 ** 20 + 512 * 7);

/** qemu-img makes the image, this driver works on it, qemu-img says whether it is sound and equal to the model. */
async function play(test: Case): Promise<void> {
  const { name, clusterSize, compat = '1.1', refcountBits = 16, backing: hasBacking = false, snapshots = false } = test;
  const random = new Random(seed + name.length * 7919 + clusterSize + refcountBits);
  const [image, base, raw] = [path(`${name}.qcow2`), path(`${name}.base`), path(`${name}.raw`)];
  const size = sizeOf(clusterSize);
  const model = Buffer.alloc(size);
  const options = `cluster_size=${clusterSize},compat=${compat}${compat === '1.1' ? `,refcount_bits=${refcountBits}` : ''}`;
  if (hasBacking) {
    // Shorter than the image: what lies beyond reads as zero.
    const content = random.bytes(Math.floor(size / 3 / 512) * 512);
    content.copy(model);
    await writeFile(base, content);
    await qemu.img('create', '-q', '-f', 'qcow2', '-o', options, '-b', base, '-F', 'raw', image, String(size));
  } else {
    await qemu.img('create', '-q', '-f', 'qcow2', '-o', options, image, String(size));
  }
  const workload: Workload = { random, model, clusterSize, discardZeroes: compat === '1.1' || !hasBacking };
  const backing = hasBacking ? await PlainFile.open(base, 'r') : undefined;
  const states = new Map<string, Buffer>();
  for (let session = 0; session < 4; session++) {
    const opened = await openQcow2(image, { backing, unmap: session % 2 === 0 });
    opened.image.onCorruption = (report) => expect.unreachable(report.message);
    await runWorkload(opened.image, workload, 25);
    await opened.close();
    expect(await qemu.img('check', image)).toContain('No errors were found');
    if (!snapshots || session === 3) continue;
    await qemu.img('snapshot', '-c', `s${session}`, image);
    states.set(`s${session}`, Buffer.from(model));
  }
  await backing?.close();
  await writeFile(raw, model);
  await qemu.img('compare', '-f', 'qcow2', '-F', 'raw', image, raw);
  for (const [snapshot, state] of states) {
    await qemu.img('snapshot', '-a', snapshot, image);
    await writeFile(raw, state);
    await qemu.img('compare', '-f', 'qcow2', '-F', 'raw', image, raw);
  }
}

describeWithQemu(`qcow2 under a random workload (QMON_SEED=${seed})`, () => {
  for (const clusterSize of [512, 4096, 65536, 2 ** 21]) {
    for (const compat of ['0.10', '1.1'] as const) {
      for (const backing of [false, true]) {
        const name = `${compat === '1.1' ? 'v3' : 'v2'}-${clusterSize}${backing ? '-overlay' : ''}`;
        it(`keeps ${name} sound and equal to a model`, () => play({ name, clusterSize, compat, backing }));
      }
    }
  }
  for (const refcountBits of [1, 2, 4, 8, 32, 64]) {
    it(`keeps refcounts of ${refcountBits} bits`, () => play({ name: `refcount-${refcountBits}`, clusterSize: 1024, refcountBits }));
  }
  for (const [clusterSize, compat, refcountBits] of [[512, '1.1', 16], [4096, '0.10', 16], [65536, '1.1', 4], [4096, '1.1', 64]] as const) {
    it(`never changes what snapshots hold (${clusterSize} byte clusters, compat ${compat}, ${refcountBits} bits)`, () =>
      play({ name: `snapshots-${clusterSize}-${refcountBits}`, clusterSize, compat, refcountBits, backing: refcountBits === 16, snapshots: true }));
  }
});
