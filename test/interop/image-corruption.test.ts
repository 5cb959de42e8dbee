import { copyFile, open } from 'node:fs/promises';
import { afterEach, expect, it } from 'vitest';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { GraphReferee } from './graph-referee.ts';
import type { GraphRefereeInit } from './graph-referee.ts';
import { parseTranscript } from './transcript.ts';

/** Where QEMU puts things in a new image of 64 KiB clusters whose first cluster was written. */
const AT = { refcountTable: 0x10000, refcountBlock: 0x20000, l1: 0x30000, l2: 0x40000, data: 0x50000 };
const COPIED = 1n << 63n;
const ZERO = 1n;

/** Eight bytes put somewhere in the image. */
type Damage = readonly [at: number, value: bigint];

const entry = (index: number, value: bigint): Damage => [AT.l2 + 8 * index, value];
const firstEntry = (value: bigint): Damage => entry(0, value);
/** Four refcounts of clusters, the first of them `cluster`. */
const counts = (cluster: number, ...values: readonly bigint[]): Damage =>
  [AT.refcountBlock + 2 * cluster, values.reduce((all, value) => (all << 16n) | value, 0n)];

const damages: Readonly<Record<string, readonly Damage[]>> = {
  'data-on-l1': [firstEntry(COPIED | 0x30000n)],
  'data-on-reftable': [firstEntry(COPIED | 0x10000n)],
  'data-on-refblock': [firstEntry(COPIED | 0x20000n)],
  'data-on-l2': [firstEntry(COPIED | 0x40000n)],
  'data-on-header': [firstEntry(COPIED)],
  'zero-on-l1': [firstEntry(COPIED | 0x30000n | ZERO)],
  'shared-on-l1': [firstEntry(0x30000n)],
  'data-unaligned': [firstEntry(COPIED | 0x50200n)],
  'zero-unaligned': [firstEntry(COPIED | 0x50200n | ZERO)],
  'second-unaligned': [entry(1, COPIED | 0x50200n)],
  'data-behind-end': [firstEntry(COPIED | 0x50000000n)],
  'data-reserved': [firstEntry(COPIED | (1n << 56n) | 0x50000n)],
  'compressed-nowhere': [firstEntry((1n << 62n) | 0x50000000n)],
  'compressed-rubbish': [firstEntry((1n << 62n) | 0x50000n)],
  'l2-unaligned': [[AT.l1, COPIED | 0x40200n]],
  'l2-on-l1': [[AT.l1, COPIED | 0x30000n]],
  'l2-on-header': [[AT.l1, COPIED]],
  'l2-on-reftable': [[AT.l1, COPIED | 0x10000n]],
  'l2-on-refblock': [[AT.l1, COPIED | 0x20000n]],
  'l2-behind-end': [[AT.l1, COPIED | 0x50000000n]],
  'l2-shared': [[AT.l1, 0x40000n]],
  'refblock-unaligned': [[AT.refcountTable, 0x20200n]],
  'refblock-on-l1': [[AT.refcountTable, 0x30000n]],
  'refblock-on-header': [[AT.refcountTable, 0x200n]],
  'refblock-missing': [[AT.refcountTable, 0n]],
  'refblock-behind-end': [[AT.refcountTable, 0x50000000n]],
  'counts-none': [counts(0, 0n, 0n, 0n, 0n), counts(4, 0n, 0n, 0n, 0n)],
  'counts-header': [counts(0, 0n, 1n, 1n, 1n)],
  'counts-reftable': [counts(0, 1n, 0n, 1n, 1n)],
  'counts-refblock': [counts(0, 1n, 1n, 0n, 1n)],
  'counts-l1': [counts(0, 1n, 1n, 1n, 0n)],
  'counts-l2': [counts(4, 0n, 1n, 0n, 0n)],
  'counts-data': [counts(4, 1n, 0n, 0n, 0n)],
  'counts-high': [counts(4, 1n, 0xffffn, 0n, 0n)],
};

/** What is done with every damaged image. */
const uses: Readonly<Record<string, readonly string[]>> = {
  read: ['read 0 64k', 'read 64k 64k', 'read 0 512', 'write 0 512', 'flush'],
  write: ['write 0 512', 'write 0 512', 'read 0 512', 'flush', 'write -z 0 64k', 'flush'],
  append: ['write 1M 64k', 'flush', 'write 2M 64k', 'flush', 'read 0 64k'],
  far: ['write 600M 64k', 'flush', 'read 600M 64k', 'write 0 64k', 'flush'],
  discard: ['discard 0 64k', 'flush', 'write 1M 64k', 'write 0 64k', 'flush', 'read 0 64k'],
  zero: ['write -z 0 64k', 'flush', 'write -z -u 0 64k', 'flush', 'write 0 4k', 'flush', 'write 3M 128k', 'flush'],
  compress: ['write -c 1M 64k', 'flush', 'read 1M 64k', 'write -c 0 64k', 'flush'],
};

const refblocks = Object.keys(damages).filter((name) => name.startsWith('refblock'));
const lowCounts = Object.keys(damages).filter((name) => name.startsWith('counts'));
/** L1 entries that make QEMU 7.2 die. */
const deadly = ['l2-on-header', 'l2-on-l1', 'l2-on-refblock'];

/**
 * What is not compared: QEMU dies, or both find the damage at another request. QEMU makes an L2 table before the data that it
 * leads to, reads a refcount block that its own write has damaged again, and counts references down at once.
 */
const others: Readonly<Record<string, readonly string[]>> = {
  read: ['l2-on-header', 'l2-on-refblock'], write: ['l2-on-header', 'l2-on-refblock'], append: ['l2-on-header', 'refblock-missing'],
  far: ['l2-on-header', 'l2-on-refblock', ...refblocks, ...lowCounts], discard: ['data-on-l2', 'data-on-refblock', ...deadly, ...refblocks],
  zero: ['data-on-l2', 'data-on-refblock', ...deadly, ...refblocks], compress: ['data-on-l2', ...deadly, ...refblocks],
};

/** The same once more through a drive: its name is in the event too. */
const behindDrive = `
  qemu-io ide read 0 64k
  qemu-io ide write 0 512
  qemu-io ide write 0 512`;

const steps = (use: string, options: string, isMeant = (_: string) => true): string => compared(use).filter(isMeant).map((damage) => `
  blockdev-add driver=qcow2 node-name=n discard=unmap ${options} file={driver:"file",filename:"${damage}.qcow2"}
  ${(uses[use] ?? []).map((line) => `qemu-io n ${line}`).join('\n')}
  blockdev-del node-name=n`).join('\n');

const compared = (use: string): string[] => Object.keys(damages).filter((damage) => others[use]?.includes(damage) !== true);

describeWithQemu('damaged images beside the real QEMU', () => {
  let referee: GraphReferee | undefined;

  afterEach(async () => {
    await referee?.stop();
    referee = undefined;
  });

  const start = async (version = '1.1', drives: GraphRefereeInit['drives'] = []): Promise<GraphReferee> => referee = await GraphReferee.start({
    drives, makeImages: async (file) => {
      await qemu.img('create', '-q', '-f', 'qcow2', '-o', `compat=${version}`, file('base.qcow2'), '1G');
      await qemu.io(file('base.qcow2'), 'write -P 1 0 64k');
      for (const damage of Object.keys(damages)) await makeDamaged(file, damage);
    },
  });

  for (const use of Object.keys(uses)) {
    it(`are found out, refused and marked alike: ${use}`, async () => {
      const both = await start();
      await both.play(parseTranscript(steps(use, '')));
      const [theirs, ours] = await both.onBoth(({ file }) => corruptMarks(file));
      expect(ours).toEqual(theirs);
      expect(both.steps).toBeGreaterThan(100);
    });
  }

  it('stay open, and as they are, where they are only read', async () => {
    const both = await start();
    await both.play(parseTranscript(steps('read', 'read-only=true')));
    const [theirs, ours] = await both.onBoth(({ file }) => corruptMarks(file));
    expect(ours).toEqual(theirs);
    expect(ours.every(([, isMarked]) => isMarked !== true)).toBe(true);
  });

  it('of version 2, which has no room for a mark, are closed alike', async () => {
    const both = await start('0.10');
    for (const use of ['read', 'append']) await both.play(parseTranscript(steps(use, '', (damage) => !damage.startsWith('zero'))));
  });

  it('are named by their drives in events', async () => {
    for (const damage of ['data-on-l1', 'data-unaligned', 'l2-unaligned']) {
      const both = await start('1.1', [{ id: 'ide', if: 'none', file: `${damage}.qcow2`, format: 'qcow2', 'node-name': 'top' }]);
      await both.play(parseTranscript(behindDrive));
      await both.stop();
    }
  });
});

async function makeDamaged(file: (short: string) => string, damage: string): Promise<void> {
  await copyFile(file('base.qcow2'), file(`${damage}.qcow2`));
  const image = await open(file(`${damage}.qcow2`), 'r+');
  for (const [at, value] of damages[damage] ?? []) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(value);
    await image.write(bytes, 0, 8, at);
  }
  await image.close();
}

/** Which images are marked corrupt, as qemu-img sees it. */
function corruptMarks(file: (short: string) => string): Promise<[damage: string, isMarked: unknown][]> {
  return Promise.all(Object.keys(damages).map(async (damage) => {
    const info = JSON.parse(await qemu.img('info', '--output=json', file(`${damage}.qcow2`))) as { 'format-specific': { data: { corrupt?: boolean } } };
    return [damage, info['format-specific'].data.corrupt];
  }));
}
