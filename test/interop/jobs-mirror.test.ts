import { afterAll, beforeAll, it } from 'vitest';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { GraphReferee } from './graph-referee.ts';
import { parseTranscript } from './transcript.ts';

describeWithQemu('mirrors beside the real QEMU', () => {
  let referee: GraphReferee;
  const play = (steps: string) => referee.play(parseTranscript(steps));

  beforeAll(async () => {
    referee = await GraphReferee.start({
      drives: [
        { id: 'd0', if: 'none', file: 'top.qcow2', format: 'qcow2' },
        { id: 'd1', if: 'none', file: 'disk.raw', format: 'raw', 'node-name': 'n1' },
        { id: 'd2', if: 'none', file: 'same.raw', format: 'raw', 'node-name': 'same' },
        { id: 'd3', if: 'none', file: 'small.raw', format: 'raw', 'node-name': 'small' },
        { if: 'floppy' },
      ],
      makeImages: async (file) => {
        await qemu.img('create', '-q', '-f', 'qcow2', file('base.qcow2'), '1M');
        await qemu.io(file('base.qcow2'), 'write -P 1 0 512k');
        await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', file('top.qcow2'), '2M');
        await qemu.io(file('top.qcow2'), 'write -P 2 64k 64k');
        await qemu.io(file('top.qcow2'), 'write -P 3 1500k 100k');
        for (const [name, size] of [['disk', '2M'], ['same', '2M'], ['small', '1M'], ['spare', '2M'], ['big', '4M']] as const) {
          await qemu.img('create', '-q', '-f', 'raw', file(`${name}.raw`), size);
        }
        await qemu.io(file('disk.raw'), 'write -P 4 300k 500k');
        await qemu.io(file('same.raw'), 'write -P 5 0 2M');
        await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', file('prepared.qcow2'), '2M');
      },
    });
  });

  afterAll(() => referee.stop());

  it('are refused in the same words', async () => {
    await play(`
      drive-mirror
      drive-mirror device=nope target=t.qcow2 sync=full
      drive-mirror device=floppy0 target=t.qcow2 sync=full
      drive-mirror device=d0 target=t.qcow2
      drive-mirror device=d0 target=t.qcow2 sync=half
      drive-mirror device=d0 target=t.qcow2 sync=full granularity=3
      drive-mirror device=d0 target=t.qcow2 sync=full granularity=513
      drive-mirror device=d0 target=t.qcow2 sync=full granularity=128M
      drive-mirror device=d0 target=t.qcow2 sync=full granularity=-1
      drive-mirror device=d0 target=t.qcow2 sync=full buf-size=-1
      drive-mirror device=d0 target=t.qcow2 sync=incremental
      drive-mirror device=d0 target=t.qcow2 sync=bitmap
      drive-mirror device=d0 target=t.qcow2 sync=full replaces=foo
      drive-mirror device=d0 target=t.qcow2 sync=full replaces=foo node-name=x
      drive-mirror device=d1 target=t.raw sync=full replaces=same node-name=x
      drive-mirror device=d0 target=t.qcow2 sync=full node-name=same
      drive-mirror device=d0 target=t.qcow2 sync=full node-name="a b"
      drive-mirror device=d0 target=missing/t.qcow2 sync=full
      drive-mirror device=d0 target=nosuch.qcow2 sync=full mode=existing
      drive-mirror device=d0 target=t.qcow2 sync=full format=nosuch
      drive-mirror device=d0 target=t.qcow2 sync=full job-id="9"
      drive-mirror device=d0 target=top.qcow2 sync=full mode=existing
      blockdev-mirror device=d0 target=nope sync=full job-id=m
      blockdev-mirror device=d0 target=d0 sync=full job-id=m
      blockdev-mirror device=d0 sync=full job-id=m
      blockdev-mirror device=floppy0 target=same sync=full
      blockdev-mirror device=d1 target=floppy0 sync=full
      blockdev-mirror device=d1 target=same sync=full granularity=100
      blockdev-mirror device=d1 target=same sync=incremental
      blockdev-mirror device=n1 target=same sync=full
    `);
  });

  it('fail when the sizes differ', () => play(`
    drive-mirror device=d1 target=small.raw sync=full mode=existing format=raw
    drive-mirror device=d1 target=big.raw sync=full mode=existing format=raw
    wait-for-jobs
  `));

  it('copy all, follow the guest and switch', async () => {
    await play(`
      drive-mirror device=d0 target=copy.qcow2 sync=full
      query-block-jobs
      qemu-io d0 write -P 9 0 64k
      qemu-io d0 write -P 10 1M 200k
      qemu-io d0 discard 1500k 64k
      drive-mirror device=d0 target=other.qcow2 sync=full
      blockdev-mirror device=d0 target=same sync=full job-id=m2
      drive-backup device=d0 target=bb.qcow2 sync=full job-id=m4
      block-stream device=d0
      block-commit device=d0
      eject device=d0
      blockdev-snapshot-sync device=d0 snapshot-file=snap.qcow2
      block-job-complete device=d0
      wait-for-jobs
      qemu-io d0 read -P 9 0 64k
      qemu-io d0 read -P 10 1M 200k
      qemu-io d0 read -P 2 64k 64k
      qemu-io d0 write -P 11 700k 64k
    `);
    await referee.compareQueries('full');
  });

  it('copy the top, with the images below staying below', async () => {
    await play(`
      blockdev-snapshot-sync device=d0 snapshot-file=over.qcow2
      qemu-io d0 write -P 12 128k 64k
      qemu-io d0 write -z 192k 64k
      qemu-io d0 write -P 0 320k 64k
      drive-mirror device=d0 target=top2.qcow2 sync=top node-name=mirrored
      qemu-io d0 write -P 13 256k 1k
      block-job-complete device=d0
      wait-for-jobs
      qemu-io d0 read -P 13 256k 1k
      qemu-io d0 read -P 12 128k 64k
      qemu-io d0 read -P 0 192k 64k
      qemu-io d0 read -P 0 320k 64k
      qemu-io d0 read -P 11 700k 64k
    `);
    await referee.compareQueries('top');
  });

  it('copy only what is written from now on', async () => {
    await play(`
      drive-mirror device=d0 target=news.qcow2 sync=none
      query-block-jobs
      qemu-io d0 write -P 14 512k 64k
      block-job-complete device=d0
      wait-for-jobs
      qemu-io d0 read -P 14 512k 64k
      qemu-io d0 read -P 11 700k 64k
      qemu-io d0 write -P 15 600k 1k
    `);
    await referee.compareQueries('none');
  });

  it('give a write to the target before it is over, when they block', () => play(`
    drive-mirror device=d1 target=blocking.qcow2 format=qcow2 sync=full copy-mode=always
    drive-mirror device=d1 target=blocking.qcow2 format=qcow2 sync=full copy-mode=write-blocking
    query-block-jobs
    qemu-io d1 write -P 30 128k 64k
    qemu-io d1 write -P 31 1M 256k
    block-job-pause device=d1
    qemu-io d1 write -P 32 1536k 64k
    block-job-resume device=d1
    block-job-cancel device=d1
    wait-for-jobs
    qemu-io d1 write -P 33 128k 64k
  `));

  it('stay where they are when cancelled, with the copy as it was then', () => play(`
    drive-mirror device=d1 target=stay.qcow2 format=qcow2 sync=full
    qemu-io d1 write -P 20 0 128k
    block-job-cancel device=d1
    wait-for-jobs
    qemu-io d1 write -P 21 0 128k
    drive-mirror device=d1 target=forced.qcow2 format=qcow2 sync=full
    block-job-cancel device=d1 force=true
    wait-for-jobs
  `));

  it('go to nodes and images that are there', async () => {
    await play(`
      drive-mirror device=d1 target=spare.raw mode=existing sync=full format=raw
      block-job-complete device=d1
      wait-for-jobs
      qemu-io d1 read -P 21 0 128k
    `);
    await referee.compareQueries('an image that is there');
  });

  it('leave the same images behind', () => referee.compareImages([
    'blocking.qcow2', 'news.qcow2', 'top2.qcow2', 'copy.qcow2', 'stay.qcow2', 'spare.raw', 'disk.raw',
  ]));
});
