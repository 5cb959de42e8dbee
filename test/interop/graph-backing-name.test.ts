import { qemu } from '../support/qemu.ts';
import { describeTranscripts } from './describe-transcripts.ts';

const LONG = 'x'.repeat(1023);

const transcripts = {
  'refuses devices, nodes and members in the same words': `
    change-backing-file
    change-backing-file device=ide0-hd0
    change-backing-file device=top image-node-name=top
    change-backing-file device=top backing-file=y
    change-backing-file image-node-name=top backing-file=y
    change-backing-file device=5 image-node-name=top backing-file=y
    change-backing-file device=top image-node-name=5 backing-file=y
    change-backing-file device=top image-node-name=top backing-file=5
    change-backing-file device=top image-node-name=top backing-file=null
    change-backing-file device=top image-node-name=top backing-file=y bogus=1
    change-backing-file device=nope image-node-name=x backing-file=y
    change-backing-file device="" image-node-name=x backing-file=y
    change-backing-file device=floppy0 image-node-name=x backing-file=y
    change-backing-file device=ide0-hd0 image-node-name=nope backing-file=y
    change-backing-file device=ide0-hd0 image-node-name="" backing-file=y
    change-backing-file device=top image-node-name=ide0-hd0 backing-file=y
    change-backing-file device=nope image-node-name=top backing-file=y
    change-backing-file device=floppy0 image-node-name=top backing-file=y
    change-backing-file device=v0 image-node-name=top backing-file=y
  `,
  'refuses images without a backing image': `
    change-backing-file device=ide0-hd0 image-node-name=nvd backing-file=y
    change-backing-file device=vd image-node-name=nvd backing-file=y
    change-backing-file device=vd image-node-name=top backing-file=y
    change-backing-file device=ide1-cd0 image-node-name=nvd backing-file=y
    change-backing-file device=ide1-cd0 image-node-name=top backing-file=y
    change-backing-file device=ide0-hd0 image-node-name=nbase backing-file=y
    change-backing-file device=ide0-hd0 image-node-name=nfile backing-file=y
    change-backing-file device=nbase image-node-name=nbase backing-file=y
    change-backing-file device=nbase image-node-name=top backing-file=y
    change-backing-file device=nfile image-node-name=top backing-file=y
    change-backing-file device=alone image-node-name=nalone backing-file=y
    change-backing-file device=alone image-node-name=nalone backing-file=base.qcow2
    change-backing-file device=alone image-node-name=nalone backing-file=""
  `,
  'writes the name into an image that is open for writing': `
    change-backing-file device=ide0-hd0 image-node-name=top backing-file=./base.qcow2
    change-backing-file device=top image-node-name=top backing-file=base.qcow2
    change-backing-file device=ide0-hd0 image-node-name=top backing-file=no-such-file
    change-backing-file device=ide0-hd0 image-node-name=top backing-file=/no/such/file
    change-backing-file device=ide0-hd0 image-node-name=top backing-file="with blanks and \\u00fc"
    change-backing-file device=ide0-hd0 image-node-name=top backing-file="json:{\\"driver\\":\\"null-co\\"}"
    change-backing-file device=ide0-hd0 image-node-name=top backing-file=nbd:localhost:1
    change-backing-file device=ide0-hd0 image-node-name=top backing-file=file:base.qcow2
    change-backing-file device=ide0-hd0 image-node-name=top backing-file=test.qcow2
    change-backing-file device=ide0-hd0 image-node-name=top backing-file=${LONG}
    change-backing-file device=ide0-hd0 image-node-name=top backing-file=${LONG}x
    change-backing-file device=ide0-hd0 image-node-name=top backing-file=${LONG}${LONG}
    change-backing-file device=ide0-hd0 image-node-name=top backing-file=../x
    qemu-io ide0-hd0 read -P 5 0 1M
    change-backing-file device=ide0-hd0 image-node-name=top backing-file=base.qcow2
    change-backing-file device=ide0-hd0 image-node-name=top backing-file=base.qcow2
    change-backing-file device=ide0-hd0 image-node-name=top backing-file=./base.qcow2
    qemu-io ide0-hd0 write -P 8 0 64K
    qemu-io ide0-hd0 read -P 5 64K 1M
  `,
  'writes the name into old images, small clusters and such as have snapshots': `
    change-backing-file device=old image-node-name=nold backing-file=./base.qcow2
    change-backing-file device=old image-node-name=nold backing-file=/a/longer/name/of/a/file
    qemu-io old write -P 1 1M 64K
    change-backing-file device=old image-node-name=nold backing-file=base.qcow2
    qemu-io old read -P 1 1M 64K
    qemu-io old read -P 5 2M 1M
    # QEMU goes on to tell the name that it could not write.
    change-backing-file device=small image-node-name=nsmall backing-file=./base.qcow2
    change-backing-file device=small image-node-name=nsmall backing-file=${'y'.repeat(300)}
    change-backing-file device=small image-node-name=nsmall backing-file=${'y'.repeat(400)}
    => GenericError: Could not change backing file to '${'y'.repeat(400)}': No space left on device
    change-backing-file device=small image-node-name=nsmall backing-file=${'y'.repeat(512)}
    => GenericError: Could not change backing file to '${'y'.repeat(512)}': No space left on device
    change-backing-file device=small image-node-name=nsmall backing-file=${LONG}
    => GenericError: Could not change backing file to '${LONG}': No space left on device
    change-backing-file device=small image-node-name=nsmall backing-file=base.qcow2
    qemu-io small read -P 5 0 64K
    blockdev-snapshot-internal-sync device=old name=s1
    change-backing-file device=old image-node-name=nold backing-file=./base.qcow2
    qemu-io old write -P 2 1M 64K
    change-backing-file device=old image-node-name=nold backing-file=base.qcow2
    blockdev-snapshot-delete-internal-sync device=old name=s1
    change-backing-file device=plain image-node-name=nplain backing-file=./base.qcow2
    change-backing-file device=plain image-node-name=nplain backing-file=base.qcow2
  `,
  'writes the name into images below others': `
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=t1.qcow2 snapshot-node-name=t1
    change-backing-file device=ide0-hd0 image-node-name=top backing-file=base.qcow2
    change-backing-file device=ide0-hd0 image-node-name=t1 backing-file=./test.qcow2
    blockdev-snapshot-sync device=ide0-hd0 snapshot-file=t2.qcow2 snapshot-node-name=t2
    change-backing-file device=t2 image-node-name=t1 backing-file=./test.qcow2
    change-backing-file device=t1 image-node-name=t1 backing-file=./test.qcow2
    change-backing-file device=top image-node-name=top backing-file=x
    change-backing-file device=ide0-hd0 image-node-name=top backing-file=base.qcow2
    change-backing-file device=ide0-hd0 image-node-name=t1 backing-file=test.qcow2
    change-backing-file device=vd image-node-name=t1 backing-file=test.qcow2
    change-backing-file device=old image-node-name=t1 backing-file=test.qcow2
    change-backing-file device=old image-node-name=top backing-file=base.qcow2
    change-backing-file device=ide0-hd0 image-node-name=nbase backing-file=x
    change-backing-file device=ide0-hd0 image-node-name=t2 backing-file=t1.qcow2
    change-backing-file device=ide0-hd0 image-node-name=t2 backing-file=./t1.qcow2
    change-backing-file device=ide0-hd0 image-node-name=t1 backing-file=${LONG}x
    change-backing-file device=ide0-hd0 image-node-name=nope backing-file=x
    qemu-io ide0-hd0 write -P 9 1M 64K
    qemu-io ide0-hd0 read -P 8 0 64K
    qemu-io ide0-hd0 read -P 5 2M 1M
    blockdev-del node-name=t1
    block_resize device=ide0-hd0 size=9M
  `,
  'writes the name into nodes that no device has': `
    blockdev-add driver=qcow2 node-name=r2 file={driver:"file",filename:"r2.qcow2"} backing={driver:"qcow2","node-name":"r1",file:{driver:"file",filename:"r1.qcow2"}}
    change-backing-file device=r2 image-node-name=r1 backing-file=./base.qcow2
    change-backing-file device=r2 image-node-name=r1 backing-file=base.qcow2
    change-backing-file device=r2 image-node-name=r1 backing-file=./base.qcow2
    change-backing-file device=r1 image-node-name=r1 backing-file=x
    change-backing-file device=r1 image-node-name=r2 backing-file=x
    change-backing-file device=r2 image-node-name=r2 backing-file=./r1.qcow2
    change-backing-file device=ide0-hd0 image-node-name=r2 backing-file=x
    change-backing-file device=r2 image-node-name=t1 backing-file=x
    blockdev-del node-name=r2
    change-backing-file device=r2 image-node-name=r2 backing-file=x
    blockdev-add driver=qcow2 node-name=r2 file.driver=file file.filename=r2.qcow2
    change-backing-file device=r2 image-node-name=r2 backing-file=r1.qcow2
    blockdev-del node-name=r2
    blockdev-add driver=qcow2 node-name=r2 backing=null file.driver=file file.filename=r2.qcow2
    change-backing-file device=r2 image-node-name=r2 backing-file=x
    blockdev-del node-name=r2
    blockdev-add driver=qcow2 node-name=r3 backing=nalone file.driver=file file.filename=r3.qcow2
    change-backing-file device=r3 image-node-name=r3 backing-file=x
    change-backing-file device=r3 image-node-name=r3 backing-file=base.qcow2
    blockdev-del node-name=r3
    blockdev-add driver=qcow2 node-name=r3 file.driver=file file.filename=r3.qcow2
    change-backing-file device=r3 image-node-name=r3 backing-file=""
    change-backing-file device=r3 image-node-name=r3 backing-file=base.qcow2
    change-backing-file device=r3 image-node-name=r3 backing-file=""
    blockdev-del node-name=r3
    blockdev-add driver=qcow2 node-name=r3 file.driver=file file.filename=r3.qcow2
    change-backing-file device=r3 image-node-name=r3 backing-file=base.qcow2
    blockdev-del node-name=r3
  `,
  'opens what is open for reading only': `
    change-backing-file device=ro image-node-name=nro backing-file=./base.qcow2
    change-backing-file device=ro image-node-name=nro backing-file=base.qcow2
    qemu-io ro write 0 512
    blockdev-add driver=qcow2 node-name=r1 read-only=true file={driver:"file",filename:"r1.qcow2"}
    change-backing-file device=r1 image-node-name=r1 backing-file=base.qcow2
    change-backing-file device=r1 image-node-name=r1 backing-file=./base.qcow2
    block_resize node-name=r1 size=16M
    blockdev-del node-name=r1
    blockdev-add driver=file node-name=f1 filename=r1.qcow2 read-only=true
    blockdev-add driver=qcow2 node-name=r1 read-only=true file=f1
    change-backing-file device=r1 image-node-name=r1 backing-file=base.qcow2
    blockdev-del node-name=r1
    blockdev-del node-name=f1
    blockdev-add driver=file node-name=f1 filename=r1.qcow2 read-only=true auto-read-only=true
    blockdev-add driver=qcow2 node-name=r1 read-only=true file=f1
    change-backing-file device=r1 image-node-name=r1 backing-file=base.qcow2
    blockdev-del node-name=r1
    blockdev-del node-name=f1
  `,
  'goes through filters to the image': `
    blockdev-add driver=qcow2 node-name=r2 file.driver=file file.filename=r2.qcow2
    blockdev-add driver=copy-on-read node-name=cor file=r2
    change-backing-file device=cor image-node-name=r2 backing-file=./r1.qcow2
    change-backing-file device=cor image-node-name=cor backing-file=x
    change-backing-file device=r2 image-node-name=r2 backing-file=x
    blockdev-del node-name=cor
    change-backing-file device=r2 image-node-name=r2 backing-file=r1.qcow2
    blockdev-del node-name=r2
  `,
  'while a job works on the device': `
    drive-backup device=old sync=full target=b.qcow2 speed=65536 job-id=j1
    change-backing-file device=old image-node-name=nold backing-file=x
    change-backing-file device=nold image-node-name=nold backing-file=x
    change-backing-file device=plain image-node-name=nplain backing-file=./base.qcow2
    block-job-cancel device=j1
    wait-for-jobs
    change-backing-file device=old image-node-name=nold backing-file=./base.qcow2
    change-backing-file device=plain image-node-name=nplain backing-file=base.qcow2
  `,
};

describeTranscripts('change-backing-file', {
  drives: [
    { id: 'ide0-hd0', if: 'ide', file: 'test.qcow2', format: 'qcow2', 'node-name': 'top', 'file.node-name': 'nfile', 'backing.node-name': 'nbase' },
    { if: 'ide', index: 2, media: 'cdrom', file: 'cd.raw', format: 'raw' },
    { if: 'floppy' },
    { id: 'vd', if: 'none', file: 'disk.raw', format: 'raw', 'node-name': 'nvd' },
    { id: 'old', if: 'none', file: 'old.qcow2', format: 'qcow2', 'node-name': 'nold' },
    { id: 'small', if: 'none', file: 'small.qcow2', format: 'qcow2', 'node-name': 'nsmall' },
    { id: 'plain', if: 'none', file: 'plain.qcow2', format: 'qcow2', 'node-name': 'nplain' },
    { id: 'alone', if: 'none', file: 'alone.qcow2', format: 'qcow2', 'node-name': 'nalone' },
    { id: 'ro', if: 'none', file: 'ro.qcow2', format: 'qcow2', 'node-name': 'nro', readonly: 'on' },
  ],
  devices: [{ driver: 'virtio-blk-pci', drive: 'vd', id: 'v0' }],
  makeImages: async (file) => {
    const overlay = (short: string, base: string, ...args: string[]) =>
      qemu.img('create', '-q', '-f', 'qcow2', '-b', base, '-F', 'qcow2', ...args, file(short));
    await qemu.img('create', '-q', '-f', 'qcow2', file('base.qcow2'), '8M');
    await qemu.io(file('base.qcow2'), 'write -P 5 0 4M');
    for (const short of ['test.qcow2', 'r1.qcow2', 'ro.qcow2', 'r3.qcow2']) await overlay(short, 'base.qcow2');
    await qemu.io(file('r1.qcow2'), 'write -P 6 1M 1M');
    await overlay('r2.qcow2', 'r1.qcow2');
    await overlay('old.qcow2', 'base.qcow2', '-o', 'compat=0.10');
    await overlay('small.qcow2', 'base.qcow2', '-o', 'cluster_size=512');
    await qemu.img('create', '-q', '-f', 'qcow2', '-u', '-b', 'base.qcow2', '-F', 'qcow2', file('plain.qcow2'), '8M');
    await qemu.img('create', '-q', '-f', 'qcow2', file('alone.qcow2'), '8M');
    for (const short of ['disk.raw', 'cd.raw']) await qemu.img('create', '-q', '-f', 'raw', file(short), '1M');
  },
  transcripts,
  images: ['t2.qcow2', 't1.qcow2', 'r1.qcow2', 'r2.qcow2', 'r3.qcow2', 'old.qcow2', 'small.qcow2', 'plain.qcow2', 'alone.qcow2', 'ro.qcow2'],
});
