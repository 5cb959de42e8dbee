import { qemu } from '../support/qemu.ts';
import { describeTranscripts } from './describe-transcripts.ts';

const transcripts = {
  'copy the last part of a cluster': `
    drive-backup device=d job-id=b target=b1.qcow2 sync=full
    drive-backup device=d job-id=b target=b2.raw format=raw sync=full
    drive-backup device=r job-id=b target=b3.raw sync=full
    drive-backup device=r job-id=b target=b4.qcow2 format=qcow2 sync=full compress=true
    drive-backup device=d job-id=b target=b5.qcow2 sync=top
    drive-backup device=d job-id=b target=b6.qcow2 sync=none speed=1
    query-block-jobs
    block-job-cancel device=b
    drive-backup device=r job-id=b target=b7.raw sync=full speed=1
    query-block-jobs
    block-job-cancel device=b
    wait-for-jobs
  `,
  'follow the guest into the last part of a cluster': `
    block-dirty-bitmap-add node=r name=b0
    block-dirty-bitmap-add node=r name=b1 granularity=512
    qemu-io r write -P 5 1474560 512
    drive-backup device=r job-id=b target=i1.raw sync=incremental bitmap=b0
    qemu-io r write -P 6 1474000 1072
    drive-backup device=r job-id=b target=i1.raw sync=incremental bitmap=b0 mode=existing format=raw
    drive-backup device=r job-id=b target=i2.raw sync=bitmap bitmap=b1 bitmap-mode=always
    drive-mirror device=r job-id=m target=m1.raw sync=full format=raw
    query-block-jobs
    qemu-io r write -P 7 1474560 512
    query-block-jobs
    block-job-cancel device=m
    drive-mirror device=d job-id=m target=m2.qcow2 sync=full
    block-job-cancel device=m
    drive-mirror device=d job-id=m target=m3.qcow2 sync=top
    block-job-cancel device=m
    drive-mirror device=d job-id=m target=m4.raw format=raw sync=full granularity=512
    block-job-cancel device=m
    wait-for-jobs
  `,
  'write the last part of a cluster down and up': `
    qemu-io d write -P 8 1474560 512
    blockdev-snapshot-sync device=d snapshot-file=over.qcow2
    qemu-io d write -P 9 1474560 512
    block-commit device=d job-id=c base=top.qcow2
    query-block-jobs
    block-job-complete device=c
    wait-for-jobs
    blockdev-snapshot-sync device=d snapshot-file=over2.qcow2
    blockdev-snapshot-sync device=d snapshot-file=over3.qcow2
    block-commit device=d job-id=c top=over2.qcow2 base=top.qcow2
    wait-for-jobs
    block-stream device=d job-id=s base=base.qcow2
    block-stream device=d job-id=s
    wait-for-jobs
    qemu-io d read -P 9 1474560 512
  `,
};

describeTranscripts('jobs on disks that end within a cluster', {
  drives: [
    { id: 'd', if: 'none', file: 'top.qcow2', format: 'qcow2' },
    { id: 'r', if: 'none', file: 'disk.raw', format: 'raw' },
  ],
  makeImages: async (image) => {
    await qemu.img('create', '-q', '-f', 'qcow2', image('base.qcow2'), '1000K');
    await qemu.io(image('base.qcow2'), 'write -P 1 0 1000k');
    await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', image('top.qcow2'), '1475072');
    await qemu.io(image('top.qcow2'), 'write -P 2 64k 100k', 'write -P 3 1200k 200k');
    await qemu.img('create', '-q', '-f', 'raw', image('disk.raw'), '1475072');
    await qemu.io(image('disk.raw'), 'write -P 4 0 1475072');
  },
  transcripts,
  images: ['b1.qcow2', 'b2.raw', 'b3.raw', 'b4.qcow2', 'b5.qcow2', 'i1.raw', 'i2.raw', 'm1.raw', 'm3.qcow2', 'over3.qcow2'],
  atLeast: 35,
});
