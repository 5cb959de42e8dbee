import { qemu } from '../support/qemu.ts';
import { describeTranscripts } from './describe-transcripts.ts';

const file = (name: string, more = '') => `{driver:"raw","node-name":"${name}",file:{driver:"file","node-name":"${name}-file",filename:"${name}.raw"${more}}}`;

const transcripts = {
  'refuses what cannot be replaced': `
    blockdev-add driver=quorum node-name=q vote-threshold=2 children=[${file('a')},${file('b')},${file('c')}]
    blockdev-add driver=raw node-name=t file={driver:"file",filename:"t.raw"}
    blockdev-add driver=raw node-name=short file={driver:"file",filename:"short.raw"}
    drive-mirror device=q job-id=m target=n.raw format=raw sync=full replaces=a
    drive-mirror device=q job-id=m target=n.raw format=raw sync=full replaces=nope node-name=n
    drive-mirror device=q job-id=m target=n.raw format=raw sync=full replaces=other node-name=n
    drive-mirror device=q job-id=m target=n.raw format=raw sync=full replaces=t node-name=n
    drive-mirror device=q job-id=m target=n.raw format=raw sync=full replaces="" node-name=n
    drive-mirror device=q job-id=m target=n.raw format=raw sync=full replaces=5 node-name=n
    drive-mirror device=q job-id=m target=n.raw format=raw sync=full replaces=a node-name=t
    blockdev-mirror device=q job-id=m target=t sync=full replaces=nope
    blockdev-mirror device=q job-id=m target=t sync=full replaces=t
    blockdev-mirror device=q job-id=m target=t sync=full replaces=short
    blockdev-mirror device=q job-id=m target=short sync=full replaces=a
    wait-for-jobs
    blockdev-mirror device=q job-id=m target=a sync=full replaces=b
    blockdev-mirror device=a job-id=m target=t sync=full
    blockdev-mirror device=a job-id=m target=t sync=full replaces=a
    blockdev-mirror device=od job-id=m target=t sync=full replaces=a
  `,
  'replaces one copy of three by a new file': `
    qemu-io q write -P 1 0 512k
    drive-mirror device=q job-id=m target=n.raw format=raw sync=full replaces=a node-name=n
    query-block-jobs
    blockdev-mirror device=q job-id=m2 target=t sync=full replaces=b
    blockdev-del node-name=q
    qemu-io q write -P 2 64k 64k
    block-job-complete device=m
    wait-for-jobs
    query-named-block-nodes
    qemu-io q read -P 2 64k 64k
    qemu-io q read -P 1 128k 64k
    qemu-io q write -P 3 0 64k
    hmp qemu-io n "read -P 3 0 64k"
    x-blockdev-change parent=q child=children.0
    blockdev-del node-name=n
  `,
  'replaces another one by a node of the user': `
    blockdev-mirror device=q job-id=m target=t sync=full replaces=b
    block-job-complete device=m
    wait-for-jobs
    qemu-io q write -P 4 256k 64k
    hmp qemu-io t "read -P 4 256k 64k"
    hmp qemu-io c "read -P 4 256k 64k"
    blockdev-del node-name=t
    blockdev-del node-name=b
    qemu-io q read -P 4 256k 64k
    qemu-io q flush
  `,
  'leaves the copies alone when it is cancelled': `
    drive-mirror device=q job-id=m target=u.raw format=raw sync=full replaces=c node-name=u
    block-job-cancel device=m
    wait-for-jobs
    query-named-block-nodes
    drive-mirror device=q job-id=m target=u.raw format=raw sync=full replaces=c node-name=u mode=existing
    block-job-cancel device=m force=true
    wait-for-jobs
    qemu-io q write -P 5 320k 64k
    hmp qemu-io c "read -P 5 320k 64k"
    drive-mirror device=q job-id=m target=v.raw format=raw sync=full node-name=v
    block-job-cancel device=m
    blockdev-del node-name=q
    blockdev-del node-name=t
  `,
  'does not replace what is no copy any more': `
    drive-mirror device=q job-id=m target=z.raw format=raw sync=full replaces=c node-name=z
    x-blockdev-change parent=q child=children.2
    block-job-complete device=m
    block-job-pause device=m
    x-blockdev-change parent=q node=c
    block-job-resume device=m
    block-job-complete device=m
    wait-for-jobs
    qemu-io q write -P 5 0 64k
    drive-mirror device=q job-id=m target=z.raw format=raw sync=full replaces=z node-name=z2 mode=existing
    blockdev-add driver=raw node-name=zz file=z-more
    query-named-block-nodes
  `,
  'replaces what a filter shows': `
    blockdev-add driver=copy-on-read node-name=cor file=other
    device_add driver=virtio-blk-pci id=vd drive=cor
    drive-mirror device=cor job-id=m target=w.raw format=raw sync=full replaces=other node-name=w
    block-job-complete device=m
    wait-for-jobs
    query-named-block-nodes
    hmp qemu-io cor "read -P 6 0 64k"
    hmp qemu-io cor "write -P 7 64k 64k"
    hmp qemu-io w "read -P 7 64k 64k"
    query-block
  `,
  'replaces copies below a device': `
    blockdev-add driver=quorum node-name=disk vote-threshold=2 children=[${file('c0')},${file('c1')}]
    device_add driver=virtio-blk-pci drive=disk id=vdisk share-rw=true
    drive-mirror device=disk job-id=m target=x.raw format=raw sync=full replaces=c0 node-name=x
    qemu-io disk write -P 8 0 128k
    block-job-complete device=m
    wait-for-jobs
    query-block
    query-named-block-nodes
    qemu-io disk write -P 9 64k 128k
    hmp qemu-io x "read -P 9 64k 128k"
    hmp qemu-io c1 "read -P 9 64k 128k"
    drive-mirror device=disk job-id=m target=y.raw format=raw sync=full node-name=y
    block-job-complete device=m
    wait-for-jobs
    query-block
    qemu-io disk read -P 9 64k 128k
  `,
};

describeTranscripts('mirrors that replace a copy', {
  drives: [
    { id: 'od', if: 'none', file: 'other.raw', format: 'raw', 'node-name': 'other' },
  ],
  makeImages: async (image) => {
    for (const name of ['a', 'b', 'c', 't', 'c0', 'c1', 'other']) await qemu.img('create', '-q', '-f', 'raw', image(`${name}.raw`), '1M');
    await qemu.img('create', '-q', '-f', 'raw', image('short.raw'), '512K');
    await qemu.io(image('other.raw'), 'write -P 6 0 64k');
  },
  transcripts,
  images: ['a.raw', 'b.raw', 'c.raw', 't.raw', 'n.raw', 'u.raw', 'v.raw', 'w.raw', 'x.raw', 'y.raw', 'c0.raw', 'c1.raw', 'other.raw'],
  atLeast: 80,
});
