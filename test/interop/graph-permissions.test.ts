import { truncate, writeFile } from 'node:fs/promises';
import { qemu } from '../support/qemu.ts';
import { describeTranscripts } from './describe-transcripts.ts';

/** Jobs that rest, ready or at their speed, and what others may not do meanwhile. */
const JOBS = [
  'blockdev-mirror device=act target=tgt job-id=job sync=full',
  'block-commit device=act job-id=job top-node=mid base-node=base speed=1',
  'block-commit device=act job-id=job',
];
const OTHERS = `
    blockdev-del node-name=base
    blockdev-del node-name=tgt
    blockdev-snapshot-sync node-name=mid snapshot-file=s3.qcow2 snapshot-node-name=s3
    blockdev-backup device=act target=tgt job-id=o sync=full
    blockdev-mirror device=act target=tgt job-id=o sync=full
    blockdev-mirror device=mid target=tgt job-id=o sync=full
    block-commit device=act job-id=o
    block-commit device=act job-id=o top-node=mid base-node=base
    block-stream device=act job-id=o
    change-backing-file device=act image-node-name=mid backing-file=other
    qemu-io tgt write 0 4k
`;

const transcripts = {
  'names filters and users of children in conflicts': `
    blockdev-add driver=file node-name=f filename=plain.raw
    blockdev-add driver=raw node-name=r1 file=f
    blockdev-add driver=raw node-name=r2 file=f
    blockdev-add driver=throttle node-name=t throttle-group=g file=f
    device_add driver=virtio-blk-pci drive=r1 id=v1
    device_add driver=virtio-blk-pci drive=r2 id=v2
    device_add driver=virtio-blk-pci drive=t id=v2
    device_add driver=virtio-blk-pci drive=f id=v2
    device_add driver=virtio-blk-pci drive=r1 id=v2
    device_add driver=virtio-blk-pci drive=r1 id=v2 share-rw=on
    device_add driver=virtio-blk-pci drive=r2 id=v2 share-rw=on
    device_add driver=scsi-cd drive=r2 id=v2
    blockdev-del node-name=r1
    blockdev-del node-name=f
    blockdev-del node-name=r2
    block_resize node-name=r1 size=2M
    block_resize node-name=f size=2M
    block_resize node-name=t size=2M
    qemu-io r1 write 0 4k
    qemu-io f write 0 4k
    qemu-io t write 0 4k
    qemu-io t read 0 4k
    block_resize device=v1 size=2M
    blockdev-del node-name=t
  `,
  'lets devices share a node when all say so': `
    blockdev-add driver=file node-name=sf filename=shared.raw
    blockdev-add driver=raw node-name=s1 file=sf
    blockdev-add driver=throttle node-name=st throttle-group=g file=sf
    device_add driver=virtio-blk-pci drive=s1 id=w1 share-rw=on
    device_add driver=virtio-blk-pci drive=s1 id=w2 share-rw=on
    device_add driver=virtio-blk-pci drive=s1 id=w3
    device_add driver=scsi-hd drive=s1 id=w4
    device_add driver=scsi-cd drive=s1 id=w5
    device_add driver=virtio-blk-pci drive=st id=w6
    device_add driver=virtio-blk-pci drive=st id=w6 share-rw=on
    device_add driver=virtio-blk-pci drive=sf id=w7 share-rw=on
    device_add driver=virtio-blk-pci drive=sf id=w8
    blockdev-add driver=qcow2 node-name=bad file=sf
    blockdev-add driver=raw node-name=s3 file=sf offset=512 size=512
    block_resize node-name=sf size=3M
    blockdev-del node-name=s3
    block_resize node-name=s1 size=3M
    qemu-io sf write 0 4k
    qemu-io st write 0 4k
    qemu-io s1 read 0 4k
    blockdev-del node-name=s1
    blockdev-del node-name=st
    blockdev-del node-name=sf
  `,
  'keeps formats to themselves': `
    blockdev-add driver=file node-name=qf filename=q.qcow2
    blockdev-add driver=qcow2 node-name=a file=qf
    blockdev-add driver=qcow2 node-name=b file=qf
    blockdev-add driver=qcow2 node-name=b file=qf read-only=true
    blockdev-add driver=raw node-name=r file=qf
    blockdev-add driver=raw node-name=ro file=qf read-only=true
    device_add driver=virtio-blk-pci drive=r id=y1
    device_add driver=virtio-blk-pci drive=ro id=y1
    device_add driver=virtio-blk-pci drive=ro id=y1 share-rw=on
    qemu-io ro read 0 4k
    qemu-io r write 0 4k
    block_resize node-name=r size=1M
    device_add driver=virtio-blk-pci drive=a id=y2
    device_add driver=virtio-blk-pci drive=a id=y3 share-rw=on
    blockdev-add driver=quorum node-name=q1 vote-threshold=1 children=["a"]
    blockdev-add driver=copy-on-read node-name=cor file=a
    blockdev-add driver=qcow2 node-name=over file={driver:"file",filename:"top.qcow2"} backing=a
    blockdev-snapshot node=a overlay=over
    blockdev-del node-name=ro
    blockdev-del node-name=ro
    blockdev-del node-name=r
    blockdev-del node-name=q1
    blockdev-del node-name=cor
    blockdev-del node-name=a
    blockdev-del node-name=qf
  `,
  'lets blkdebug take and keep permissions': `
    blockdev-add driver=file node-name=bf filename=debugged.raw
    blockdev-add driver=blkdebug node-name=b image=bf take-child-perms=["bogus"]
    blockdev-add driver=blkdebug node-name=b image=bf take-child-perms=5
    blockdev-add driver=blkdebug node-name=b image=bf take-child-perms=["write","resize"]
    blockdev-add driver=raw node-name=br file=bf
    device_add driver=virtio-blk-pci drive=br id=x1
    blockdev-add driver=blkdebug node-name=b2 image=bf unshare-child-perms=["write"]
    blockdev-add driver=blkdebug node-name=b2 image=bf unshare-child-perms=["consistent-read","write-unchanged"]
    blockdev-add driver=blkdebug node-name=b3 image=bf take-child-perms=["consistent-read"]
    blockdev-add driver=blkdebug node-name=b3 image=bf take-child-perms=["write-unchanged"]
    qemu-io bf read 0 4k
    blockdev-del node-name=b
    blockdev-add driver=blkdebug node-name=b4 image=bf unshare-child-perms=["write","resize"] take-child-perms=["consistent-read"]
    blockdev-add driver=blkdebug node-name=b4 image=bf unshare-child-perms=["write","resize"]
    device_add driver=virtio-blk-pci drive=br id=x1
    device_add driver=virtio-blk-pci drive=b4 id=x1
    qemu-io bf write 0 4k
    block_resize node-name=bf size=4M
    blockdev-reopen options=[{driver:"blkdebug","node-name":"b4",image:"bf","unshare-child-perms":["write"]}]
    blockdev-del node-name=b4
    blockdev-del node-name=b2
    blockdev-del node-name=br
    blockdev-del node-name=bf
  `,
  'takes no snapshot of what holds a format': `
    blockdev-add driver=qcow2 node-name=n file={driver:"file","node-name":"nf",filename:"n.qcow2"}
    qemu-io n write -P 3 0 64k
    blockdev-snapshot-sync node-name=n snapshot-file=s2.qcow2 snapshot-node-name=s2 format=null-co
    blockdev-snapshot-sync node-name=n snapshot-file=s2.qcow2 snapshot-node-name=s2 format=raw
    blockdev-add driver=qcow2 node-name=o file={driver:"file",filename:"o.qcow2"} backing=null
    blockdev-snapshot node=n overlay=o
    blockdev-del node-name=n
    blockdev-del node-name=o
  `,
  'keeps what jobs use from others': `
    blockdev-add driver=qcow2 node-name=base file={driver:"file",filename:"base.qcow2"}
    blockdev-add driver=qcow2 node-name=mid file={driver:"file",filename:"mid.qcow2","node-name":"mid-file"} backing=base
    blockdev-add driver=qcow2 node-name=act file={driver:"file",filename:"act.qcow2","node-name":"act-file"} backing=mid
    blockdev-add driver=file node-name=tgt filename=target.raw
    device_add driver=virtio-blk-pci drive=act id=z1
    ${JOBS.map((start) => `${start}\n${OTHERS}block-job-cancel device=job force=true\n`).join('')}
    block-commit device=act job-id=job top-node=mid base-node=base speed=1
    blockdev-reopen options=[{driver:"qcow2","node-name":"mid",file:"mid-file",backing:null}]
    block-job-cancel device=job force=true
    block-commit device=act job-id=job
    blockdev-reopen options=[{driver:"qcow2","node-name":"act",file:"act-file",backing:null}]
    blockdev-reopen options=[{driver:"qcow2","node-name":"mid",file:"mid-file",backing:null}]
    block-job-cancel device=job force=true
    block-stream device=act job-id=job speed=1
    blockdev-del node-name=base
    blockdev-del node-name=mid
    block-commit device=act job-id=o top-node=mid base-node=base
    block-stream device=act job-id=o
    blockdev-reopen options=[{driver:"qcow2","node-name":"act",file:"act-file",backing:null}]
    blockdev-reopen options=[{driver:"qcow2","node-name":"mid",file:"mid-file",backing:null}]
    block-job-cancel device=job force=true
  `,
};

describeTranscripts('permissions', {
  atLeast: 150,
  drives: [],
  objects: [{ 'qom-type': 'throttle-group', id: 'g', limits: { 'iops-total': 1_000_000 } }],
  devices: [{ driver: 'virtio-scsi-pci', id: 'scsi' }],
  makeImages: async (file) => {
    await qemu.img('create', '-q', '-f', 'qcow2', file('base.qcow2'), '4M');
    await qemu.io(file('base.qcow2'), 'write -P 5 0 4M');
    await qemu.img('create', '-q', '-f', 'qcow2', '-b', file('base.qcow2'), '-F', 'qcow2', file('mid.qcow2'));
    await qemu.io(file('mid.qcow2'), 'write -P 6 1M 3M');
    await qemu.img('create', '-q', '-f', 'qcow2', '-b', file('mid.qcow2'), '-F', 'qcow2', file('act.qcow2'));
    await qemu.io(file('act.qcow2'), 'write -P 7 2M 2M');
    await writeFile(file('target.raw'), '');
    await truncate(file('target.raw'), 4 << 20);
    for (const short of ['q.qcow2', 'n.qcow2', 'o.qcow2', 'top.qcow2']) await qemu.img('create', '-q', '-f', 'qcow2', file(short), '4M');
    for (const short of ['plain.raw', 'shared.raw', 'debugged.raw']) {
      await writeFile(file(short), Buffer.alloc(4096, 7));
      await truncate(file(short), 1 << 20);
    }
  },
  transcripts,
  images: ['q.qcow2', 'plain.raw', 'shared.raw'],
});
