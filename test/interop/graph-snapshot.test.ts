import { truncate, writeFile } from 'node:fs/promises';
import { qemu } from '../support/qemu.ts';
import { describeTranscripts } from './describe-transcripts.ts';

const LONGEST = 'l'.repeat(31);

const transcripts = {
  'wants one name, of the device or of its node': `
    blockdev-snapshot-sync
    blockdev-snapshot-sync snapshot-file=s1.qcow2
    blockdev-snapshot-sync device=ide0-hd0
    blockdev-snapshot-sync device=nope snapshot-file=s1.qcow2
    blockdev-snapshot-sync device="" snapshot-file=s1.qcow2
    blockdev-snapshot-sync device=5 snapshot-file=s1.qcow2
    blockdev-snapshot-sync device=null snapshot-file=s1.qcow2
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=5
    blockdev-snapshot-sync node-name=nope snapshot-file=s1.qcow2
    blockdev-snapshot-sync node-name="" snapshot-file=s1.qcow2
    blockdev-snapshot-sync node-name=nope snapshot-file=s1.qcow2 snapshot-node-name=sn
    blockdev-snapshot-sync node-name=ide0-hd0 snapshot-file=s1.qcow2 snapshot-node-name=sn
    blockdev-snapshot-sync node-name=nvd snapshot-file=s1.qcow2
    blockdev-snapshot-sync device=nvd snapshot-file=s1.qcow2
    blockdev-snapshot-sync device=v0 snapshot-file=s1.qcow2
    blockdev-snapshot-sync device=ide0-hd0 node-name=nvd snapshot-file=s1.qcow2
    blockdev-snapshot-sync device=nope node-name=nvd snapshot-file=s1.qcow2 snapshot-node-name=sn
    blockdev-snapshot-sync device=floppy0 snapshot-file=s1.qcow2
    blockdev-snapshot-sync device=empty snapshot-file=s1.qcow2 mode=existing
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=s1.qcow2 bogus=1
    blockdev-snapshot-sync device=nope snapshot-file=s1.qcow2 bogus=1
  `,
  'wants a name for the overlay that nobody has': `
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=s1.qcow2 snapshot-node-name=nvd
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=s1.qcow2 snapshot-node-name=ide0-hd0
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=s1.qcow2 snapshot-node-name=top
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=s1.qcow2 snapshot-node-name=5
    blockdev-snapshot-sync node-name=nvd snapshot-file=s1.qcow2 snapshot-node-name=ide0-hd0
    blockdev-snapshot-sync node-name=nvd snapshot-file=s1.qcow2 snapshot-node-name=nvd
  `,
  'wants a format and a mode that there are': `
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=s1.qcow2 format=bogus
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=s1.qcow2 format=""
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=s1.qcow2 format=raw
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=s1.qcow2 format=null-co
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=s1.qcow2 format=file
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=s1.qcow2 format=throttle
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=s1.qcow2 format=5
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=s1.qcow2 mode=bogus
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=s1.qcow2 mode=""
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=s1.qcow2 mode=5
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=s1.qcow2 mode=existing format=bogus
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=q1.qcow2 mode=existing format=raw
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=plain.raw mode=existing
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=plain.raw mode=existing format=raw
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=q1.qcow2 mode=existing format=null-co
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=q1.qcow2 mode=existing format=file
  `,
  'wants a file that can be made or opened': `
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=s1.qcow2 mode=existing
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file="" mode=existing
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=""
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=. mode=existing
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=.
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=/no/such/folder/x
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=no/such/folder
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=bogus:s1.qcow2
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=bogus:s1.qcow2 mode=existing
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=test.qcow2
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=test.qcow2 mode=existing
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=base.qcow2
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=base.qcow2 mode=existing
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=disk.raw
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=broken.qcow2 mode=existing
  `,
  'puts new overlays on devices': `
    qemu-io ide0-hd0 write -P 1 0 1M
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=s1.qcow2
    qemu-io ide0-hd0 write -P 2 512k 1M
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=s2.qcow2 snapshot-node-name=sn2 format=qcow2 mode=absolute-paths
    qemu-io ide0-hd0 read -P 2 512k 1M
    qemu-io ide0-hd0 read -P 1 0 512k
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=s1.qcow2
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=s3.qcow2 snapshot-node-name=sn2
    blockdev-snapshot-sync device=vd snapshot-file=v1.qcow2 snapshot-node-name=vn1
    qemu-io vd write -P 4 0 64k
    block_resize device=vd size=6M
    blockdev-snapshot-sync device=vd snapshot-file=file:v2.qcow2
    qemu-io vd write -P 4 5M 64k
    qemu-io vd read -P 0 4M 1M
    blockdev-snapshot-sync device=ide1-cd0 snapshot-file=c1.qcow2 snapshot-node-name=cn1
    qemu-io ide1-cd0 write 0 512
    blockdev-snapshot-sync device=loose snapshot-file=l1.qcow2 snapshot-node-name=ln1
    blockdev-snapshot-sync device=floppy1 snapshot-file=f1.qcow2
    blockdev-snapshot-sync device=loose snapshot-file=l2.qcow2 snapshot-node-name=${LONGEST}
    hmp snapshot_blkdev
    hmp snapshot_blkdev nope x.qcow2
    hmp snapshot_blkdev floppy0 x.qcow2
    hmp snapshot_blkdev loose
    hmp snapshot_blkdev loose h1.qcow2 bogus
    hmp snapshot_blkdev -n loose nofile.qcow2
    hmp snapshot_blkdev loose h1.qcow2
    hmp snapshot_blkdev -n loose h2.qcow2 qcow2
    hmp snapshot_blkdev loose h3.qcow2 raw
  `,
  'puts new overlays on nodes': `
    blockdev-snapshot-sync node-name=sn2 snapshot-file=s3.qcow2 snapshot-node-name=sn3
    qemu-io ide0-hd0 write -P 3 1M 1M
    blockdev-snapshot-sync node-name=sn2 snapshot-file=s4.qcow2 snapshot-node-name=sn4
    qemu-io ide0-hd0 read -P 3 1M 1M
    blockdev-snapshot-sync device=ide0-hd0 node-name=sn2 snapshot-file=s5.qcow2 snapshot-node-name=sn5
    blockdev-snapshot-sync node-name=top snapshot-file=s6.qcow2 snapshot-node-name=sn6
    qemu-io ide0-hd0 read -P 3 1M 1M
    blockdev-del node-name=sn2
    blockdev-del node-name=sn4
    blockdev-snapshot-sync node-name=cn1 snapshot-file=c2.qcow2 snapshot-node-name=cn2
    blockdev-add driver=null-co node-name=nul size=1M
    blockdev-snapshot-sync node-name=nul snapshot-file=n1.qcow2 snapshot-node-name=nn1
    blockdev-del node-name=nul
    blockdev-del node-name=nn1
    blockdev-add driver=qcow2 node-name=q1 file={driver:"file",filename:"q1.qcow2"}
    blockdev-snapshot-sync node-name=q1 snapshot-file=q1o.qcow2 snapshot-node-name=q1o
    blockdev-del node-name=q1o
    blockdev-del node-name=q1
  `,
  'puts overlays that exist on devices and nodes': `
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=over.qcow2 snapshot-node-name=over mode=existing
    qemu-io ide0-hd0 write -P 6 2M 1M
    qemu-io ide0-hd0 read -P 3 1M 1M
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=overb.qcow2 mode=existing
    qemu-io ide0-hd0 read -P 6 2M 1M
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=over.qcow2 mode=existing
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=short.qcow2 mode=existing snapshot-node-name=short
    qemu-io ide0-hd0 read 3M 64k
    qemu-io ide0-hd0 read -P 6 2M 1M
    qemu-io ide0-hd0 read 5M 64k
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=longer.qcow2 mode=existing snapshot-node-name=longer
    qemu-io ide0-hd0 read -P 0 10M 64k
    qemu-io ide0-hd0 write -P 8 10M 64k
  `,
  'puts nodes on nodes, if they can be put there': `
    blockdev-snapshot
    blockdev-snapshot node=x
    blockdev-snapshot overlay=x
    blockdev-snapshot node=nope overlay=x
    blockdev-snapshot node=vd overlay=x
    blockdev-snapshot node=vd overlay=nope bogus=1
    blockdev-snapshot node=5 overlay=nope
    blockdev-snapshot node=vd overlay={}
    blockdev-snapshot node=vd overlay=ide0-hd0
    blockdev-snapshot node=vd overlay=longer
    blockdev-snapshot node=vd overlay=nvd
    blockdev-snapshot node=ide0-hd0 overlay=ide0-hd0
    blockdev-snapshot node=ide0-hd0 overlay=spare
    blockdev-snapshot node=ide1-cd0 overlay=top
    blockdev-snapshot node=floppy0 overlay=spare
    blockdev-snapshot node=v0 overlay=spare
    blockdev-add driver=null-co node-name=nul
    blockdev-snapshot node=vd overlay=nul
    blockdev-snapshot node=nul overlay=nul
    blockdev-add driver=raw node-name=rnul file=nul
    blockdev-snapshot node=vd overlay=rnul
    blockdev-snapshot node=rnul overlay=nul
    blockdev-del node-name=rnul
    blockdev-add driver=qcow2 node-name=q1 file={driver:"file","node-name":"q1f",filename:"q1.qcow2"}
    blockdev-add driver=qcow2 node-name=q2 file={driver:"file",filename:"q2.qcow2"}
    blockdev-snapshot node=q1 overlay=q1
    blockdev-snapshot node=vd overlay=q1f
    blockdev-add driver=qcow2 node-name=q3 file={driver:"file","node-name":"q3f",filename:"fq.qcow2"}
    # QEMU makes an image's own file its backing image; here each child of a node is another.
    blockdev-snapshot node=q3f overlay=q3
    => GenericError: The node q3f already has a parent
    blockdev-del node-name=q3
    blockdev-snapshot node=q1 overlay=q1f
    blockdev-snapshot node=q2 overlay=q1
    blockdev-snapshot node=q1 overlay=q2
    blockdev-snapshot node=q2 overlay=q1
    blockdev-del node-name=q2
    blockdev-snapshot node=vd overlay=q1
    blockdev-del node-name=q1
    blockdev-del node-name=q2
    blockdev-snapshot node=nul overlay=q1
    blockdev-del node-name=nul
    blockdev-del node-name=q1
    blockdev-del node-name=nul
    blockdev-add driver=qcow2 node-name=q1 read-only=true file={driver:"file",filename:"q1.qcow2"}
    blockdev-snapshot node=ide0-hd0 overlay=q1
    blockdev-snapshot node=cn1 overlay=q1
    blockdev-del node-name=q1
  `,
  'wants an overlay without a backing image': `
    blockdev-add driver=qcow2 node-name=ob file={driver:"file",filename:"ob.qcow2"}
    blockdev-snapshot node=vd overlay=ob
    blockdev-del node-name=ob
    blockdev-add driver=qcow2 node-name=ob file={driver:"file",filename:"ob.qcow2"} backing=null
    blockdev-snapshot node=vd overlay=ob
    qemu-io vd read -P 4 5M 64k
    qemu-io vd write -P 9 1M 64k
    blockdev-snapshot node=vd overlay=ob
    blockdev-add driver=qcow2 node-name=ob2 file={driver:"file",filename:"ob2.qcow2"} backing=""
    blockdev-add driver=qcow2 node-name=ob2 file={driver:"file",filename:"ob2.qcow2"} backing=nope
    blockdev-add driver=qcow2 node-name=ob2 file={driver:"file",filename:"ob2.qcow2"} backing=null discard=unmap detect-zeroes=unmap cache.no-flush=true
    blockdev-snapshot node=vd overlay=ob2
    qemu-io vd write -P 0 1M 64k
    qemu-io vd read -P 0 1M 64k
  `,
  'works around filters': `
    blockdev-add driver=qcow2 node-name=fq file={driver:"file",filename:"fq.qcow2"}
    blockdev-add driver=copy-on-read node-name=cor file=fq
    blockdev-snapshot-sync node-name=cor snapshot-file=fo1.qcow2 snapshot-node-name=fo1
    blockdev-snapshot-sync node-name=fq snapshot-file=fo2.qcow2 snapshot-node-name=fo2
    hmp qemu-io fo1 "write -P 1 0 64k"
    blockdev-del node-name=fo2
    blockdev-del node-name=cor
    blockdev-del node-name=fo1
    blockdev-del node-name=cor
    blockdev-del node-name=fq
    blockdev-del node-name=fo2
    blockdev-add driver=qcow2 node-name=fq file={driver:"file",filename:"fq.qcow2"}
    blockdev-add driver=copy-on-read node-name=cor file=fq
    blockdev-add driver=raw node-name=fr file={driver:"file",filename:"plain.raw"}
    blockdev-snapshot node=fr overlay=cor
    blockdev-snapshot node=fr overlay=fq
    blockdev-del node-name=cor
    blockdev-snapshot node=fr overlay=fq
    blockdev-del node-name=fq
    blockdev-del node-name=fr
  `,
  'stacks one on the other': Array.from({ length: 12 }, (_, depth) => `
    blockdev-snapshot-sync device=deep snapshot-file=deep${depth}.qcow2 snapshot-node-name=deep${depth}
    qemu-io deep write -P ${depth + 1} ${depth * 64}k 64k
  `).join('') + `
    qemu-io deep read -P 1 0 64k
    qemu-io deep read -P 7 384k 64k
    blockdev-del node-name=deep3
    blockdev-snapshot-sync node-name=deep3 snapshot-file=deep3b.qcow2 snapshot-node-name=deep3b
  `,
  'leaves a device alone while a job works on it': `
    drive-backup device=vd sync=full target=b.qcow2 speed=65536 job-id=j1
    blockdev-snapshot-sync device=vd snapshot-file=v3.qcow2
    blockdev-snapshot-sync node-name=vn1 snapshot-file=v3.qcow2 snapshot-node-name=vn3
    blockdev-snapshot node=vd overlay=spare
    block-job-cancel device=j1 force=true
    wait-for-jobs
    drive-mirror device=vd sync=full target=m.qcow2 speed=65536
    blockdev-snapshot-sync device=vd snapshot-file=v4.qcow2
    blockdev-snapshot-sync node-name=vn1 snapshot-file=v4.qcow2 snapshot-node-name=vn4
    block-job-cancel device=vd force=true
    wait-for-jobs
  `,
};

describeTranscripts('external snapshots', {
  drives: [
    { 'id': 'ide0-hd0', 'if': 'ide', 'file': 'test.qcow2', 'format': 'qcow2', 'node-name': 'top', 'file.node-name': 'nfile' },
    { if: 'ide', index: 2, media: 'cdrom', file: 'cd.iso', format: 'raw' },
    { if: 'ide', index: 3, media: 'cdrom', id: 'empty' },
    { if: 'floppy' },
    { if: 'floppy', file: 'floppy.img', format: 'raw' },
    { 'id': 'vd', 'if': 'none', 'file': 'disk.raw', 'format': 'raw', 'node-name': 'nvd' },
    { 'id': 'loose', 'if': 'none', 'file': 'loose.qcow2', 'format': 'qcow2', 'node-name': 'nloose' },
    { 'id': 'spare', 'if': 'none', 'file': 'spare.qcow2', 'format': 'qcow2', 'node-name': 'nspare' },
    { 'id': 'deep', 'if': 'none', 'file': 'deep.qcow2', 'format': 'qcow2', 'node-name': 'ndeep' },
  ],
  devices: [{ driver: 'virtio-blk-pci', drive: 'vd', id: 'v0' }],
  makeImages: async (file) => {
    await qemu.img('create', '-q', '-f', 'qcow2', file('base.qcow2'), '8M');
    await qemu.io(file('base.qcow2'), 'write -P 5 0 4M');
    for (const short of ['test.qcow2', 'overb.qcow2', 'ob.qcow2', 'ob2.qcow2']) {
      await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', file(short));
    }
    for (const short of ['over', 'loose', 'q1', 'q2', 'spare', 'fq', 'deep']) await qemu.img('create', '-q', '-f', 'qcow2', file(`${short}.qcow2`), '8M');
    await qemu.img('create', '-q', '-f', 'qcow2', file('short.qcow2'), '4M');
    await qemu.img('create', '-q', '-f', 'qcow2', file('longer.qcow2'), '12M');
    await writeFile(file('broken.qcow2'), Buffer.from('QFI\xfb\0\0\0\x09', 'latin1'));
    const sizes = { 'cd.iso': 1 << 20, 'disk.raw': 4 << 20, 'plain.raw': 8 << 20, 'floppy.img': 1440 << 10 };
    for (const [short, size] of Object.entries(sizes)) {
      await writeFile(file(short), Buffer.alloc(4096, 7));
      await truncate(file(short), size);
    }
  },
  transcripts,
  images: ['test.qcow2', 's1.qcow2', 's2.qcow2', 's3.qcow2', 'v1.qcow2', 'v2.qcow2', 'c1.qcow2', 'l1.qcow2', 'over.qcow2', 'overb.qcow2',
    'short.qcow2', 'longer.qcow2', 'q1.qcow2', 'ob.qcow2', 'ob2.qcow2', 'deep11.qcow2', 'fo2.qcow2'],
});
