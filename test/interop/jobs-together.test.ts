import { qemu } from '../support/qemu.ts';
import { describeTranscripts } from './describe-transcripts.ts';

const transcripts = {
  'name their jobs as QEMU allows': `
    block-stream device=d job-id=""
    block-stream device=d job-id=1a
    block-stream device=d job-id="a b"
    block-stream device=d job-id=a/b
    block-stream device=d job-id="#a"
    block-stream device=d job-id=5
    block-stream device=d job-id=null
    block-stream device=n1 base=n0.qcow2
    block-stream device=n1 base=n0.qcow2 job-id=a.b-c_d speed=1
    block-stream device=e job-id=a.b-c_d
    block-job-cancel device=a.b-c_d
    block-stream device=d base=n3.qcow2 speed=1
    block-stream device=e job-id=d
    block-job-cancel device=d
    drive-backup device=n1 target=x.qcow2 sync=full
    block-commit device=d top=n2.qcow2 base=n1.qcow2 job-id=_x
  `,
  'work on different parts of a chain': `
    block-stream device=d base=n3.qcow2 job-id=s speed=1
    block-job-pause device=s
    block-job-cancel device=s
    block-job-complete device=s
    block-commit device=d top=n2.qcow2 base=n1.qcow2 job-id=c speed=1
    block-commit device=d top=n3.qcow2 base=n2.qcow2 job-id=c2
    block-commit device=d job-id=c2
    block-stream device=n4 job-id=s2
    block-stream device=n3 base-node=n1 job-id=s2
    block-stream device=n2 base-node=n0 job-id=s2
    block-stream device=n2 job-id=s2 speed=1
    drive-backup device=d job-id=b target=b.qcow2 sync=full
    drive-backup device=n1 job-id=b target=b.qcow2 sync=full
    drive-mirror device=d job-id=m target=m.qcow2 sync=full
    blockdev-mirror device=n1 job-id=m target=spare sync=full
    blockdev-snapshot-sync device=d snapshot-file=over.qcow2
    blockdev-snapshot-sync node-name=n2 snapshot-file=over.qcow2 snapshot-node-name=o
    block_resize device=d size=4M
    block_resize node-name=n2 size=4M
    change-backing-file device=d image-node-name=n3 backing-file=n2.qcow2
    change-backing-file device=d image-node-name=n5 backing-file=n4.qcow2
    blockdev-snapshot-internal-sync device=d name=x
    eject device=d
    blockdev-del node-name=n2
    nbd-server-add device=n2
    query-block-jobs
    block-job-cancel device=s force=true
    block-job-cancel device=s2
    block-job-cancel device=c
    wait-for-jobs
    query-block-jobs
  `,
  'let others use what a commit leaves alone': `
    block-commit device=d top=n2.qcow2 base=n1.qcow2 job-id=c speed=1
    drive-backup device=d job-id=b target=b1.qcow2 sync=full
    drive-backup device=n1 job-id=b target=b1.qcow2 sync=full
    drive-backup device=n0 job-id=b target=b1.qcow2 sync=full
    wait-for-jobs
    block-stream device=n1 job-id=s
    block-stream device=n4 base-node=n3 job-id=s
    block-stream device=n4 base-node=n2 job-id=s
    block-commit device=d top=n1.qcow2 base=n0.qcow2 job-id=c2
    block-commit device=d top=n4.qcow2 base=n3.qcow2 job-id=c2
    blockdev-add driver=raw node-name=r file=n2
    blockdev-reopen options=[{driver:"qcow2","node-name":"n2",file:"n2-file",backing:"n1"}]
    qemu-io d write -P 9 0 128k
    qemu-io d read -P 9 0 128k
    block-job-cancel device=c
    wait-for-jobs
  `,
  'let others use what a backup copies': `
    drive-backup device=d job-id=b target=b2.qcow2 sync=full speed=1
    drive-backup device=d job-id=b2 target=b3.qcow2 sync=full
    block-stream device=d job-id=s
    block-stream device=n3 base-node=n2 job-id=s
    block-commit device=d top=n2.qcow2 base=n1.qcow2 job-id=c
    block-commit device=d job-id=c
    drive-mirror device=d job-id=m target=m.qcow2 sync=full
    blockdev-snapshot-sync device=d snapshot-file=over2.qcow2
    drive-backup device=n4 job-id=b4 target=b4.qcow2 sync=full
    block-job-cancel device=b
    wait-for-jobs
  `,
  'let others use what a mirror copies': `
    drive-mirror device=d job-id=m target=m1.qcow2 sync=full node-name=mt
    drive-mirror device=d job-id=m2 target=m2.qcow2 sync=full
    drive-backup device=d job-id=b target=b5.qcow2 sync=full
    drive-backup device=n4 job-id=b target=b6.qcow2 sync=full
    block-stream device=d job-id=s
    block-stream device=n3 base-node=n2 job-id=s
    block-commit device=d job-id=c
    block-commit device=d top=n3.qcow2 base=n2.qcow2 job-id=c
    blockdev-mirror device=n4 target=spare sync=full job-id=m2
    blockdev-backup device=e target=mt sync=full job-id=b
    blockdev-backup device=mt target=spare sync=full job-id=b
    blockdev-del node-name=mt
    block-job-cancel device=m
    wait-for-jobs
  `,
  'let others use what a stream copies': `
    block-stream device=n3 base-node=n1 job-id=s speed=1
    block-stream device=d base-node=n3 job-id=s2 speed=1
    block-stream device=d base-node=n2 job-id=s3
    block-stream device=n2 base-node=n0 job-id=s3
    block-commit device=d top=n4.qcow2 base=n3.qcow2 job-id=c
    block-commit device=d top=n1.qcow2 base=n0.qcow2 job-id=c
    block-commit device=d top=n3.qcow2 base=n2.qcow2 job-id=c
    drive-backup device=n2 job-id=b target=b7.qcow2 sync=full
    drive-backup device=n3 job-id=b target=b7.qcow2 sync=full
    drive-backup device=n0 job-id=b target=b7.qcow2 sync=full
    drive-mirror device=d job-id=m target=m3.qcow2 sync=full
    blockdev-snapshot-sync device=d snapshot-file=over3.qcow2
    query-block-jobs
    block-job-complete device=m
    block-job-cancel device=m
    block-job-cancel device=s2
    block-job-cancel device=s
    wait-for-jobs
    qemu-io d read -P 9 0 128k
  `,
};

describeTranscripts('jobs on one chain', {
  drives: [
    { 'id': 'd', 'if': 'none', 'file': 'n5.qcow2', 'format': 'qcow2', 'node-name': 'n5', ...Object.fromEntries([4, 3, 2, 1, 0].map((number) =>
      [`${'backing.'.repeat(5 - number)}node-name`, `n${number}`])), 'file.node-name': 'n5-file' },
    { id: 'e', if: 'none', file: 'other.qcow2', format: 'qcow2' },
    { id: 'f', if: 'none', file: 'spare.raw', format: 'raw', 'node-name': 'spare' },
  ],
  makeImages: async (image) => {
    for (let number = 0; number <= 5; number++) {
      const backing = number === 0 ? [] : ['-b', `n${number - 1}.qcow2`, '-F', 'qcow2'];
      await qemu.img('create', '-q', '-f', 'qcow2', ...backing, image(`n${number}.qcow2`), '2M');
      await qemu.io(image(`n${number}.qcow2`), ...[0, 1, 2].map((place) => `write -P ${number + 1} ${place * 600 + number * 64}k 256k`));
    }
    await qemu.img('create', '-q', '-f', 'qcow2', image('other.qcow2'), '2M');
    await qemu.img('create', '-q', '-f', 'raw', image('spare.raw'), '2M');
  },
  transcripts,
  images: ['n5.qcow2', 'other.qcow2'],
  atLeast: 100,
});
