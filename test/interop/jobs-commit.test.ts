import { afterAll, beforeAll, it } from 'vitest';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { GraphReferee } from './graph-referee.ts';
import { parseTranscript } from './transcript.ts';

/** a (1 MiB, shorter than the rest) <- b <- c <- d, each with bytes of its own. */
async function makeChain(file: (short: string) => string, chain: string): Promise<void> {
  const image = (layer: string) => `${chain}-${layer}.qcow2`;
  await qemu.img('create', '-q', '-f', 'qcow2', file(image('a')), '1M');
  await qemu.io(file(image('a')), 'write -P 1 0 512k');
  const layers = [['b', '64k 64k', '1500k 64k'], ['c', '128k 64k', '1M 128k'], ['d', '192k 100k', '1800k 10k']] as const;
  let below = 'a';
  for (const [layer, ...writes] of layers) {
    await qemu.img('create', '-q', '-f', 'qcow2', '-b', image(below), '-F', 'qcow2', file(image(layer)), '2M');
    for (const range of writes) await qemu.io(file(image(layer)), `write -P ${layer.charCodeAt(0)} ${range}`);
    // QEMU's commit of images below the active one turns zero clusters into data, ours keeps them.
    if (chain !== 'one') await qemu.io(file(image(layer)), 'write -z 704k 64k');
    below = layer;
  }
}

describeWithQemu('block-commit beside the real QEMU', () => {
  let referee: GraphReferee;
  const play = (steps: string) => referee.play(parseTranscript(steps));

  beforeAll(async () => {
    referee = await GraphReferee.start({
      drives: [
        { id: 'one', if: 'none', file: 'one-d.qcow2', format: 'qcow2' },
        { id: 'two', if: 'none', file: 'two-d.qcow2', format: 'qcow2', 'node-name': 'top2' },
        { id: 'three', if: 'none', file: 'three-d.qcow2', format: 'qcow2' },
        { id: 'alone', if: 'none', file: 'alone.raw', format: 'raw', 'node-name': 'lone' },
        { if: 'floppy' },
      ],
      devices: [{ driver: 'virtio-blk-pci', drive: 'three', id: 'v0' }],
      makeImages: async (file) => {
        for (const chain of ['one', 'two', 'three']) await makeChain(file, chain);
        await qemu.img('create', '-q', '-f', 'raw', file('alone.raw'), '1M');
      },
    });
  });

  afterAll(() => referee.stop());

  it('is refused in the same words', () => play(`
    block-commit
    block-commit device=nope
    block-commit device=floppy0
    block-commit device=v0
    block-commit device=one top=nope
    block-commit device=one top-node=nope
    block-commit device=one top-node=nope top=x
    block-commit device=one base=nope
    block-commit device=one base-node=nope
    block-commit device=one base-node=nope base=x
    block-commit device=one top=one-b.qcow2 base=one-c.qcow2
    block-commit device=one top=one-b.qcow2 base=one-b.qcow2
    block-commit device=one base=one-d.qcow2
    block-commit device=one top=one-a.qcow2
    block-commit device=one base-node=lone
    block-commit device=one top-node=lone
    block-commit device=one top-node=top2
    block-commit device=one backing-file=x
    block-commit device=one top=one-c.qcow2 speed=-1
    block-commit device=one speed=-1
    block-commit device=one speed=fast
    block-commit device=one on-error=never
    block-commit device=one top=one-c.qcow2 job-id=1x
    block-commit device=one job-id=""
    block-commit device=alone
    block-commit device=lone job-id=j
    block-commit device=top2 top=two-c.qcow2 backing-file=x job-id="a b"
  `));

  it('writes images that the guest does not write to down into the base', async () => {
    await play(`
      block-commit device=one top=one-c.qcow2 base=one-b.qcow2
      qemu-io one read -P 99 128k 64k
      qemu-io one read -P 98 64k 64k
      qemu-io one read -P 98 1500k 64k
      qemu-io one write -P 77 256k 10k
    `);
    await referee.compareQueries('the upper half');
    await play(`
      block-commit device=one top=one-b.qcow2 backing-file=one-a.qcow2
      qemu-io one read -P 77 256k 10k
      qemu-io one read -P 99 1M 128k
      qemu-io one read -P 98 64k 64k
      block-commit device=one top=one-a.qcow2
    `);
    await referee.compareQueries('all');
  });

  it('can be held, cancelled and refused while it runs', () => play(`
    block-commit device=two top=two-c.qcow2 base=two-a.qcow2 job-id=slow speed=1
    block-stream device=two
    block-commit device=two
    block-commit device=two top=two-c.qcow2 job-id=j2
    eject device=two
    blockdev-snapshot-sync device=two snapshot-file=s.qcow2
    block_resize device=two size=4M
    block-job-complete device=slow
    block-job-pause device=slow
    block-job-pause device=slow
    block-job-cancel device=slow
    block-job-set-speed device=slow speed=-5
    block-job-resume device=slow
    block-job-cancel device=slow
    wait-for-jobs
    qemu-io two read -P 99 128k 64k
    qemu-io two read -P 98 64k 64k
  `));

  it('of the active image ends when the user says so', async () => {
    await play(`
      block-commit device=two
      query-block-jobs
      qemu-io two write -P 55 512k 64k
      qemu-io two write -P 56 1900k 64k
      block-commit device=two
      eject device=two
      block-job-cancel device=two
      wait-for-jobs
    `);
    await referee.compareQueries('staying');
    await play(`
      qemu-io two read -P 55 512k 64k
      block-commit device=two base=two-b.qcow2 job-id=again
      qemu-io two write -P 57 300k 64k
      block-job-complete device=again
      wait-for-jobs
      qemu-io two read -P 57 300k 64k
      qemu-io two write -P 58 400k 64k
    `);
    await referee.compareQueries('switching');
    await play(`
      block-commit device=three
      qemu-io three write -P 60 700k 200k
      block-job-complete device=three
      wait-for-jobs
      qemu-io three read -P 60 700k 200k
      qemu-io three write -P 61 1M 64k
    `);
    await referee.compareQueries('down to the ground');
  });

  it('leaves the same images behind', () => referee.compareImages([
    'one-d.qcow2', 'one-b.qcow2', 'one-a.qcow2', 'two-d.qcow2', 'two-b.qcow2', 'two-a.qcow2', 'three-d.qcow2', 'three-a.qcow2',
  ]));
});
