import { truncate, writeFile } from 'node:fs/promises';
import { qemu } from '../support/qemu.ts';
import { describeTranscripts } from './describe-transcripts.ts';

const transcripts = {
  'refuses names and sizes in the same words': `
    block_resize size=1K
    block_resize device=nope size=1K
    block_resize node-name=nope size=1K
    block_resize device=floppy0 size=1K
    block_resize device=nvd size=1K
    block_resize node-name=vd size=1K
    block_resize device=nope node-name=nope2 size=1K
    block_resize device="" size=1K
    block_resize node-name="" size=1K
    block_resize device=ide0-hd0
    block_resize
    block_resize device=ide0-hd0 size=x
    block_resize device=ide0-hd0 size="4M"
    block_resize device=ide0-hd0 size=null
    block_resize device=ide0-hd0 size=true
    block_resize device=ide0-hd0 size=[1]
    block_resize device=5 size=0
    block_resize node-name=5 size=0
    block_resize device=ide0-hd0 size=1M bogus=1
    block_resize device=ide0-hd0 size=-1
    block_resize device=ide0-hd0 size=-512
    block_resize device=ide0-hd0 size=-9223372036854775808
    block_resize device=ide0-hd0 size=9223372036854775808
    block_resize device=nope size=-1
    block_resize device=floppy0 size=-1
    block_resize device=ide0-hd0 size=1000
    block_resize device=ide0-hd0 size=511
    block_resize device=ide0-hd0 size=8M+1
    block_resize device=ide0-hd0 size=4P
    block_resize device=ide0-hd0 size=7E
    block_resize device=ide0-hd0 size=9223372036854775807
    block_resize device=ide0-hd0 size=9223372035781033984
    block_resize device=ide0-hd0 size=9223372035781033472
    block_resize device=vd size=4P
    block_resize device=vd size=9223372036854775807
    block_resize device=vd size=9223372035781033985
  `,
  'leaves alone what is open for reading only': `
    block_resize device=ide1-cd0 size=2M
    block_resize device=ro size=2M
    block_resize device=ro size=-1
    block_resize device=ro size=1000
    block_resize device=ro size=9223372036854775807
    blockdev-add driver=file node-name=rof filename=spare.qcow2 read-only=true
    block_resize node-name=rof size=1M
    blockdev-add driver=qcow2 node-name=roq file=rof read-only=true
    block_resize node-name=roq size=8M
    block_resize node-name=rof size=8M
    blockdev-del node-name=roq
    blockdev-del node-name=rof
  `,
  'grows and shrinks an image over a shorter or longer one': `
    block_resize device=ide0-hd0 size=16M
    qemu-io ide0-hd0 read -P 9 1M 6M
    qemu-io ide0-hd0 read -P 5 0 1M
    qemu-io ide0-hd0 read -P 0 8M 8M
    block_resize device=ide0-hd0 size=3M+512
    qemu-io ide0-hd0 read -P 9 1M 2M
    qemu-io ide0-hd0 read 3M 1K
    qemu-io ide0-hd0 write 3M 1K
    block_resize device=ide0-hd0 size=3M+512
    block_resize device=ide0-hd0 size=10M
    qemu-io ide0-hd0 read -P 0 3146240 64K
    qemu-io ide0-hd0 read -P 0 4M 6M
    block_resize device=ide0-hd0 size=0
    qemu-io ide0-hd0 read 0 512
    block_resize device=ide0-hd0 size=11M
    qemu-io ide0-hd0 read -P 0 0 11M
    qemu-io ide0-hd0 write -P 3 10M 1M
    block_resize device=long size=20M
    qemu-io long read -P 0 2M 18M
    qemu-io long write -P 4 19M 1M
    block_resize device=long size=1M
    qemu-io long read -P 5 0 1M
    block_resize device=long size=6M
    qemu-io long read -P 0 1M 5M
    # QEMU calls a node without a device (null).
    block_resize node-name=nbase size=16M
    => GenericError: Device 'nbase' is in use
    block_resize device=ide0-hd0 size=12M
  `,
  'grows and shrinks plain files': `
    block_resize device=vd size=2M
    block_resize device=vd size=1000
    qemu-io vd read 0 1K
    block_resize node-name=nvd size=6M
    qemu-io vd read -P 0 2M 4M
    block_resize device=nope node-name=nvd size=7M
    block_resize device=vd node-name=nold size=5M
    block_resize device=vd size=0
    qemu-io vd read 0 512
    block_resize device=vd size=0
    block_resize device=vd size=3M
    qemu-io vd read -P 0 0 3M
    qemu-io vd write -P 6 1M 1M
    block_resize device=scsi size=12M
    block_resize device=scsi size=4M
    block_resize device=scsi size=1
    block_resize device=scsi size=4M
    block_resize device=flop size=720K
    block_resize device=flop size=1440K
  `,
  'minds snapshots inside of images': `
    block_resize node-name=nold size=8M
    block_resize device=old size=1M
    block_resize device=old size=5M
    block_resize device=old size=4M
    block_resize device=old size=0
    block_resize device=snap size=8M
    qemu-io snap read -P 0 4M 4M
    block_resize device=snap size=6M
    qemu-io snap write -P 8 5M 1M
    block_resize device=snap size=1M
    block_resize device=snap size=0
    blockdev-snapshot-internal-sync device=snap name=second
    block_resize device=snap size=7M
    block_resize device=snap size=5M
    blockdev-snapshot-delete-internal-sync device=snap name=second
    block_resize device=snap size=3M
    blockdev-snapshot-delete-internal-sync device=snap name=first
    block_resize device=snap size=3M
    block_resize device=two size=8M
    qemu-io two write -P 8 5M 1M
    block_resize device=two size=1M
    block_resize device=two size=2M
    qemu-io two read -P 0 1M 1M
  `,
  'resizes what has no file, and filters': `
    blockdev-add driver=null-co node-name=nul size=1M
    block_resize node-name=nul size=2M
    block_resize node-name=nul size=0
    blockdev-add driver=raw node-name=part size=4K file=nul
    block_resize node-name=part size=512
    block_resize node-name=part size=8K
    blockdev-add driver=raw node-name=whole file=nul
    blockdev-del node-name=part
    block_resize node-name=whole size=2M
    blockdev-del node-name=whole
    blockdev-add driver=raw node-name=at offset=4K file=nul
    block_resize node-name=at size=2M
    blockdev-del node-name=at
    blockdev-del node-name=nul
    blockdev-add driver=file node-name=f filename=spare.qcow2
    blockdev-add driver=qcow2 node-name=q file=f
    block_resize node-name=q size=2M
    block_resize node-name=f size=2M
    blockdev-add driver=copy-on-read node-name=cor file=q
    block_resize node-name=cor size=3M
    block_resize node-name=q size=3M
    blockdev-del node-name=cor
    blockdev-add driver=blkdebug node-name=dbg image=q
    block_resize node-name=dbg size=3M
    blockdev-del node-name=dbg
    block_resize node-name=q size=1M
    blockdev-del node-name=q
    blockdev-add driver=qcow2 node-name=q read-only=true file=f
    block_resize node-name=q size=4M
    block_resize node-name=f size=4M
    blockdev-del node-name=q
    blockdev-del node-name=f
    blockdev-add driver=file node-name=f filename=plain.raw
    block_resize node-name=f size=1000
    block_resize node-name=f size=2M
    blockdev-add driver=raw node-name=rf file=f
    block_resize node-name=rf size=1M
    block_resize node-name=f size=3M
    blockdev-del node-name=rf
    blockdev-del node-name=f
    blockdev-add driver=null-co node-name=c0 size=1M
    blockdev-add driver=null-co node-name=c1 size=1M
    blockdev-add driver=quorum node-name=quo vote-threshold=1 children=["c0","c1"]
    block_resize node-name=quo size=2M
    block_resize node-name=c0 size=2M
    blockdev-del node-name=quo
    blockdev-del node-name=c0
    blockdev-del node-name=c1
  `,
  'resizes below and above a snapshot': `
    blockdev-snapshot-sync device=long snapshot-file=over.qcow2 snapshot-node-name=over
    block_resize device=long size=9M
    qemu-io long write -P 7 8M 1M
    block_resize node-name=nlong size=2M
    => GenericError: Device 'nlong' is in use
    block_resize node-name=nope size=1M
    block_resize device=over size=1M
    block_resize node-name=over size=5M
    qemu-io long read -P 0 1M 4M
    block_resize device=long size=7M
    qemu-io long read -P 0 5M 2M
  `,
  'leaves a device alone while a job works on it': `
    drive-backup device=ide0-hd0 sync=full target=b.qcow2 speed=65536 job-id=j1
    block_resize device=ide0-hd0 size=16M
    block_resize node-name=top size=16M
    => GenericError: Device 'top' is in use
    block_resize device=vd size=4M
    block-job-cancel device=j1
    wait-for-jobs
    block_resize device=ide0-hd0 size=11M
  `,
  'says the same to a person': `
    hmp block_resize ide0-hd0 12
    hmp block_resize ide0-hd0 12M
    hmp block_resize vd 4096K
    hmp block_resize nope 1
    hmp block_resize vd -1
    hmp block_resize vd
    hmp block_resize ro 2M
    hmp block_resize floppy0 1M
    hmp block_resize vd 4M extra
    hmp block_resize vd 0x300000
  `,
};

describeTranscripts('block_resize', {
  drives: [
    { id: 'ide0-hd0', if: 'ide', file: 'test.qcow2', format: 'qcow2', 'node-name': 'top', 'backing.node-name': 'nbase' },
    { if: 'ide', index: 2, media: 'cdrom', file: 'cd.iso', format: 'raw' },
    { if: 'floppy' },
    { id: 'vd', if: 'none', file: 'disk.raw', format: 'raw', 'node-name': 'nvd' },
    { id: 'old', if: 'none', file: 'old.qcow2', format: 'qcow2', 'node-name': 'nold' },
    { id: 'two', if: 'none', file: 'two.qcow2', format: 'qcow2' },
    { id: 'snap', if: 'none', file: 'snap.qcow2', format: 'qcow2' },
    { id: 'long', if: 'none', file: 'long.qcow2', format: 'qcow2', 'node-name': 'nlong' },
    { id: 'ro', if: 'none', file: 'ro.raw', format: 'raw', readonly: 'on' },
    { id: 'scsi', if: 'none', file: 'scsi.raw', format: 'raw' },
    { id: 'flop', if: 'none', file: 'flop.raw', format: 'raw' },
  ],
  devices: [
    { driver: 'virtio-blk-pci', drive: 'vd', id: 'v0' }, { driver: 'virtio-scsi-pci' }, { driver: 'scsi-hd', drive: 'scsi', id: 's0' },
  ],
  makeImages: async (file) => {
    const qcow2 = (short: string, ...args: string[]) => qemu.img('create', '-q', '-f', 'qcow2', file(short), ...args);
    await qcow2('base.qcow2', '12M');
    await qemu.io(file('base.qcow2'), 'write -P 5 0 12M');
    await qcow2('test.qcow2', '-b', 'base.qcow2', '-F', 'qcow2', '8M');
    await qemu.io(file('test.qcow2'), 'write -P 9 1M 6M');
    await qcow2('small.qcow2', '2M');
    await qemu.io(file('small.qcow2'), 'write -P 5 0 2M');
    await qcow2('long.qcow2', '-b', 'small.qcow2', '-F', 'qcow2', '4M');
    await qcow2('old.qcow2', '-o', 'compat=0.10', '4M');
    await qcow2('two.qcow2', '-o', 'compat=0.10', '4M');
    await qcow2('snap.qcow2', '4M');
    await qemu.io(file('snap.qcow2'), 'write -P 2 0 4M');
    for (const short of ['old.qcow2', 'snap.qcow2']) await qemu.img('snapshot', '-c', 'first', file(short));
    await qcow2('spare.qcow2', '4M');
    for (const [short, size] of Object.entries({ 'cd.iso': 1, 'disk.raw': 4, 'ro.raw': 1, 'scsi.raw': 4, 'flop.raw': 1, 'plain.raw': 1 })) {
      await writeFile(file(short), Buffer.alloc(4096, 7));
      await truncate(file(short), size << 20);
    }
  },
  transcripts,
  images: ['test.qcow2', 'disk.raw', 'old.qcow2', 'two.qcow2', 'snap.qcow2', 'over.qcow2', 'scsi.raw', 'flop.raw', 'spare.qcow2', 'plain.raw', 'ro.raw'],
});
