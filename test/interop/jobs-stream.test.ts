import { afterAll, beforeAll, it } from 'vitest';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { GraphReferee } from './graph-referee.ts';
import { parseTranscript } from './transcript.ts';

describeWithQemu('block-stream beside the real QEMU', () => {
  let referee: GraphReferee;
  const play = (steps: string) => referee.play(parseTranscript(steps));

  beforeAll(async () => {
    referee = await GraphReferee.start({
      drives: [
        { id: 'one', if: 'none', file: 'one-d.qcow2', format: 'qcow2', 'node-name': 'od', 'backing.node-name': 'oc', 'backing.backing.node-name': 'ob' },
        { id: 'two', if: 'none', file: 'two-d.qcow2', format: 'qcow2', 'node-name': 'td', 'backing.node-name': 'tc' },
        { id: 'alone', if: 'none', file: 'alone.raw', format: 'raw', 'node-name': 'lone' },
        { if: 'floppy' },
      ],
      makeImages: async (file) => {
        for (const chain of ['one', 'two']) {
          const image = (layer: string) => `${chain}-${layer}.qcow2`;
          await qemu.img('create', '-q', '-f', 'qcow2', file(image('a')), '1M');
          await qemu.io(file(image('a')), 'write -P 1 0 512k');
          let below = 'a';
          for (const [layer, range] of [['b', '64k 64k'], ['c', '128k 64k'], ['d', '192k 100k']] as const) {
            await qemu.img('create', '-q', '-f', 'qcow2', '-b', image(below), '-F', 'qcow2', file(image(layer)), '2M');
            await qemu.io(file(image(layer)), `write -P ${layer.charCodeAt(0)} ${range}`);
            below = layer;
          }
        }
        await qemu.img('create', '-q', '-f', 'raw', file('alone.raw'), '1M');
      },
    });
  });

  afterAll(() => referee.stop());

  it('is refused in the same words', () => play(`
    block-stream
    block-stream device=nope
    block-stream device=floppy0
    block-stream device=one base=nope
    block-stream device=one base-node=nope
    block-stream device=one base=x base-node=y
    block-stream device=one base=x bottom=y
    block-stream device=one base-node=x bottom=y
    block-stream device=one base-node=lone
    block-stream device=one bottom=nope
    block-stream device=one bottom=lone
    block-stream device=one bottom=tc
    block-stream device=one backing-file=x
    block-stream device=one speed=-1
    block-stream device=one speed=much
    block-stream device=one on-error=never
    block-stream device=one base=one-d.qcow2
    block-stream device=one job-id="1x"
    block-stream device=oc
    block-stream device=alone
    block-stream device=lone
    block-stream device=lone job-id=l
    wait-for-jobs
  `));

  it('fills images in the middle of a chain', async () => {
    await play(`
      block-stream device=oc job-id=mid base=one-a.qcow2 backing-file=one-a.qcow2 speed=1
      block-stream device=oc job-id=x
      block-stream device=ob job-id=y
      block-commit device=one top-node=oc job-id=z
      qemu-io one write -P 70 1M 64k
      block-job-set-speed device=mid speed=0
      wait-for-jobs
      qemu-io one read -P 98 64k 64k
    `);
    await referee.compareQueries('the middle');
    await play(`
      block-stream device=oc job-id=rest
      wait-for-jobs
      qemu-io one read -P 1 0 64k
      qemu-io one read -P 99 128k 64k
    `);
    await referee.compareQueries('the rest of the middle');
  });

  it('fills the active image from a part of the chain, then from all of it', async () => {
    await play(`
      block-stream device=two bottom=tc
      wait-for-jobs
      qemu-io two read -P 99 128k 64k
    `);
    await referee.compareQueries('down to the bottom');
    await play(`
      block-stream device=two base=two-a.qcow2 job-id=further
      wait-for-jobs
      block-stream device=two
      wait-for-jobs
      block-stream device=two
      wait-for-jobs
      qemu-io two read -P 1 0 64k
      block-stream device=one
      wait-for-jobs
    `);
    await referee.compareQueries('all');
  });

  it('goes on when the device above lets go of the images', async () => {
    await play(`
      blockdev-snapshot-sync device=two snapshot-file=two-e.qcow2 snapshot-node-name=te
      blockdev-snapshot-sync device=two snapshot-file=two-f.qcow2 snapshot-node-name=tf
      block-stream device=te job-id=left speed=1
      eject device=two force=true
      block-job-set-speed device=left speed=0
      wait-for-jobs
    `);
    await referee.compareQueries('nothing left');
  });

  it('leaves the same images behind', () => referee.compareImages(['one-d.qcow2', 'one-c.qcow2', 'two-d.qcow2', 'two-f.qcow2']));
});
