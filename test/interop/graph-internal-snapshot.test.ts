import { qemu } from '../support/qemu.ts';
import { describeTranscripts } from './describe-transcripts.ts';
import { QmpProcess } from './qmp-process.ts';

const LONG = 'n'.repeat(255);

const many = Array.from({ length: 12 }, (_, number) => `
    qemu-io many write -P ${number + 20} ${number}M 64K
    blockdev-snapshot-internal-sync device=many name=m${number}`).join('');

const transcripts = {
  'refuses to take one in the same words': `
    blockdev-snapshot-internal-sync
    blockdev-snapshot-internal-sync device=ide0-hd0
    blockdev-snapshot-internal-sync name=s
    blockdev-snapshot-internal-sync device=5 name=s
    blockdev-snapshot-internal-sync device=ide0-hd0 name=5
    blockdev-snapshot-internal-sync device=ide0-hd0 name=null
    blockdev-snapshot-internal-sync device=ide0-hd0 name=s bogus=1
    blockdev-snapshot-internal-sync device=nope name=s
    blockdev-snapshot-internal-sync device="" name=s
    blockdev-snapshot-internal-sync device=floppy0 name=s
    blockdev-snapshot-internal-sync device=floppy0 name=""
    blockdev-snapshot-internal-sync device=ide1-cd0 name=s
    blockdev-snapshot-internal-sync device=ide1-cd0 name=""
    blockdev-snapshot-internal-sync device=vd name=s
    blockdev-snapshot-internal-sync device=vd name=""
    blockdev-snapshot-internal-sync device=nvd name=s
    blockdev-snapshot-internal-sync device=v0 name=s
    blockdev-snapshot-internal-sync device=ide0-hd0 name=""
    blockdev-snapshot-internal-sync device=top name=""
    blockdev-snapshot-internal-sync device=nbase name=s
    blockdev-snapshot-internal-sync device=one name=s
    blockdev-snapshot-internal-sync device=ro name=s
    blockdev-snapshot-internal-sync device=ro name=""
    blockdev-snapshot-internal-sync device=old name=theirs
    blockdev-snapshot-internal-sync device=ro name=mine
  `,
  'refuses to delete one in the same words': `
    blockdev-snapshot-delete-internal-sync
    blockdev-snapshot-delete-internal-sync device=ide0-hd0
    blockdev-snapshot-delete-internal-sync id="1"
    blockdev-snapshot-delete-internal-sync device=5 id="1"
    blockdev-snapshot-delete-internal-sync device=ide0-hd0 id=1
    blockdev-snapshot-delete-internal-sync device=ide0-hd0 name=1
    blockdev-snapshot-delete-internal-sync device=ide0-hd0 name=x bogus=1
    blockdev-snapshot-delete-internal-sync device=nope id="1"
    blockdev-snapshot-delete-internal-sync device=nope
    blockdev-snapshot-delete-internal-sync device=floppy0 id="1"
    blockdev-snapshot-delete-internal-sync device=floppy0
    blockdev-snapshot-delete-internal-sync device=ide0-hd0 name=zz
    blockdev-snapshot-delete-internal-sync device=ide0-hd0 id=zz
    blockdev-snapshot-delete-internal-sync device=ide0-hd0 id=zz name=yy
    blockdev-snapshot-delete-internal-sync device=ide0-hd0 id="" name=""
    blockdev-snapshot-delete-internal-sync device=ide0-hd0 name=""
    blockdev-snapshot-delete-internal-sync device=ide0-hd0 id=""
    blockdev-snapshot-delete-internal-sync device=old id="1" name=zz
    blockdev-snapshot-delete-internal-sync device=old id="2" name=theirs
    blockdev-snapshot-delete-internal-sync device=old id="01"
    blockdev-snapshot-delete-internal-sync device=old name=their
    blockdev-snapshot-delete-internal-sync device=old name=THEIRS
    blockdev-snapshot-delete-internal-sync device=old name="1"
    blockdev-snapshot-delete-internal-sync device=vd id="2"
    blockdev-snapshot-delete-internal-sync device=nvd name=s
    blockdev-snapshot-delete-internal-sync device=ide1-cd0 name=s
    blockdev-snapshot-delete-internal-sync device=ide1-cd0 name=""
    blockdev-snapshot-delete-internal-sync device=ro name=zz
    blockdev-snapshot-delete-internal-sync device=nbase name=zz
    blockdev-snapshot-delete-internal-sync device=one name=zz
  `,
  'takes, names and deletes them': `
    blockdev-snapshot-internal-sync device=ide0-hd0 name=first
    qemu-io ide0-hd0 write -P 7 512K 1M
    blockdev-snapshot-internal-sync device=ide0-hd0 name=first
    blockdev-snapshot-internal-sync device=top name="1"
    qemu-io ide0-hd0 write -P 8 2080K 64K
    qemu-io ide0-hd0 discard 0 256K
    blockdev-snapshot-internal-sync device=ide0-hd0 name="with blanks"
    qemu-io ide0-hd0 write -P 9 0 8M
    blockdev-snapshot-internal-sync device=ide0-hd0 name=2
    blockdev-snapshot-internal-sync device=ide0-hd0 name="2"
    blockdev-snapshot-delete-internal-sync device=ide0-hd0 name="1"
    blockdev-snapshot-delete-internal-sync device=ide0-hd0 name="1"
    blockdev-snapshot-internal-sync device=ide0-hd0 name=fourth
    blockdev-snapshot-delete-internal-sync device=ide0-hd0 id="1" name=first
    blockdev-snapshot-delete-internal-sync device=ide0-hd0 id="1"
    blockdev-snapshot-internal-sync device=ide0-hd0 name=fifth
    qemu-io ide0-hd0 write -P 10 4M 1M
    blockdev-snapshot-internal-sync device=ide0-hd0 name=${LONG}
    blockdev-snapshot-internal-sync device=ide0-hd0 name=${LONG}x
    blockdev-snapshot-delete-internal-sync device=ide0-hd0 name=${LONG}
    blockdev-snapshot-internal-sync device=ide0-hd0 name="\\u00fc \\u4e2d"
    blockdev-snapshot-delete-internal-sync device=ide0-hd0 name="\\u00fc \\u4e2d"
    blockdev-snapshot-internal-sync device=ide0-hd0 name="a,b=c;'d'"
    qemu-io ide0-hd0 write -z 1M 1M
    qemu-io ide0-hd0 read -P 9 2M 1M
  `,
  'in images of the older version and with other clusters': `
    blockdev-snapshot-internal-sync device=old name=ours
    qemu-io old write -P 4 1M 3M
    blockdev-snapshot-delete-internal-sync device=old name=theirs
    blockdev-snapshot-internal-sync device=old name=more
    qemu-io old write -P 5 0 64K
    qemu-io old discard 2M 1M
    blockdev-snapshot-internal-sync device=old name=third
    blockdev-snapshot-delete-internal-sync device=old id="3"
    blockdev-snapshot-delete-internal-sync device=old id="3"
    blockdev-snapshot-internal-sync device=big name=b1
    qemu-io big write -P 5 0 3M
    blockdev-snapshot-internal-sync device=big name=b2
    block_resize device=big size=24M
    qemu-io big write -P 6 20M 1M
    blockdev-snapshot-internal-sync device=big name=b3
    block_resize device=big size=16M
    blockdev-snapshot-delete-internal-sync device=big name=b3
    qemu-io big read -P 5 0 3M
    blockdev-snapshot-internal-sync device=sub name=x1
    qemu-io sub write -P 7 6K 10K
    blockdev-snapshot-internal-sync device=sub name=x2
    qemu-io sub write -z 8K 4K
    blockdev-snapshot-delete-internal-sync device=sub name=x1
    qemu-io sub read -P 0 8K 4K
    qemu-io sub read -P 7 6K 2K
  `,
  'holds many of them': `${many}
    blockdev-snapshot-delete-internal-sync device=many name=m0
    blockdev-snapshot-delete-internal-sync device=many name=m11
    blockdev-snapshot-delete-internal-sync device=many id="6"
    blockdev-snapshot-internal-sync device=many name=again
    blockdev-snapshot-delete-internal-sync device=many id="12"
    blockdev-snapshot-delete-internal-sync device=many id="13"
    blockdev-snapshot-internal-sync device=many name=m0
    qemu-io many write -P 99 0 12M
  `,
  'knows snapshots that a whole machine took': `
    blockdev-snapshot-internal-sync device=state name=vm
    blockdev-snapshot-internal-sync device=state name=disk
    blockdev-snapshot-delete-internal-sync device=state name=vm
    blockdev-snapshot-delete-internal-sync device=state name=tagged id="2"
    blockdev-snapshot-internal-sync device=state name=tagged
    qemu-io state read -P 3 0 64K
  `,
  'in nodes that no device has, through filters, below others': `
    blockdev-add driver=qcow2 node-name=q file.driver=file file.filename=spare.qcow2
    blockdev-snapshot-internal-sync device=q name=s
    blockdev-snapshot-internal-sync device=q name=s
    blockdev-snapshot-delete-internal-sync device=q name=s
    blockdev-snapshot-internal-sync device=q name=kept
    blockdev-add driver=copy-on-read node-name=cor file=q
    blockdev-snapshot-internal-sync device=cor name=t
    blockdev-snapshot-internal-sync device=q name=t
    blockdev-snapshot-delete-internal-sync device=cor name=kept
    blockdev-snapshot-delete-internal-sync device=q name=kept
    blockdev-del node-name=cor
    blockdev-del node-name=q
    blockdev-add driver=raw node-name=whole file={driver:"qcow2","node-name":"q",file:{driver:"file",filename:"spare.qcow2"}}
    blockdev-snapshot-internal-sync device=whole name=u
    blockdev-snapshot-internal-sync device=q name=u
    blockdev-snapshot-delete-internal-sync device=whole name=u
    blockdev-del node-name=whole
    blockdev-add driver=qcow2 node-name=q read-only=true file.driver=file file.filename=spare.qcow2
    blockdev-snapshot-internal-sync device=q name=v
    blockdev-snapshot-delete-internal-sync device=q name=zz
    # QEMU refuses in these words, too, but does not tell of the snapshot any more.
    blockdev-snapshot-delete-internal-sync device=q name=t
    => GenericError: Failed to remove snapshot from snapshot list: Operation not permitted
    blockdev-del node-name=q
    blockdev-add driver=null-co node-name=nul
    blockdev-snapshot-internal-sync device=nul name=s
    blockdev-snapshot-delete-internal-sync device=nul name=s
    blockdev-del node-name=nul
  `,
  'leaves a device alone while a job works on it': `
    drive-backup device=many sync=full target=b.qcow2 speed=65536 job-id=j1
    blockdev-snapshot-internal-sync device=many name=late
    blockdev-snapshot-delete-internal-sync device=many name=m1
    blockdev-snapshot-internal-sync device=old name=meanwhile
    block-job-cancel device=j1
    wait-for-jobs
    blockdev-snapshot-internal-sync device=many name=late
  `,
  'says the same to a person': `
    hmp snapshot_blkdev_internal
    hmp snapshot_blkdev_internal old
    hmp snapshot_blkdev_internal nope s
    hmp snapshot_blkdev_internal vd s
    hmp snapshot_blkdev_internal old typed
    hmp snapshot_blkdev_internal old typed
    hmp snapshot_delete_blkdev_internal old nope
    hmp snapshot_delete_blkdev_internal old typed 99
    hmp snapshot_delete_blkdev_internal nope typed
    hmp snapshot_delete_blkdev_internal vd typed
    hmp snapshot_delete_blkdev_internal old typed
    hmp snapshot_delete_blkdev_internal old typed
    blockdev-snapshot-delete-internal-sync device=ro name=mine
    => GenericError: Failed to remove snapshot from snapshot list: Operation not permitted
  `,
};

/** Has a real machine write its state into `state.qcow2`. */
async function saveMachine(folder: string, name: string): Promise<void> {
  const machine = await QmpProcess.start(folder, ['-m', '1M', '-drive', 'if=virtio,file=state.qcow2,format=qcow2']);
  await machine.execute('human-monitor-command', { 'command-line': `savevm ${name}` });
  await machine.execute('quit');
  await machine.stop();
}

describeTranscripts('internal snapshots', {
  drives: [
    { id: 'ide0-hd0', if: 'ide', file: 'test.qcow2', format: 'qcow2', 'node-name': 'top', 'backing.node-name': 'nbase' },
    { if: 'ide', index: 2, media: 'cdrom', file: 'cd.iso', format: 'raw' },
    { if: 'floppy' },
    { id: 'vd', if: 'none', file: 'disk.raw', format: 'raw', 'node-name': 'nvd' },
    ...['old', 'one', 'big', 'sub', 'many', 'state'].map((id) => ({ id, if: 'none' as const, file: `${id}.qcow2`, format: 'qcow2' })),
    { id: 'ro', if: 'none', file: 'ro.qcow2', format: 'qcow2', readonly: 'on' },
  ],
  devices: [{ driver: 'virtio-blk-pci', drive: 'vd', id: 'v0' }],
  makeImages: async (file) => {
    const qcow2 = (short: string, ...args: string[]) => qemu.img('create', '-q', '-f', 'qcow2', ...args.slice(0, -1), file(short), args.at(-1)!);
    await qcow2('base.qcow2', '8M');
    await qemu.io(file('base.qcow2'), 'write -P 5 0 4M');
    await qcow2('test.qcow2', '-b', 'base.qcow2', '-F', 'qcow2', '8M');
    await qemu.io(file('test.qcow2'), 'write -P 1 0 1M', 'write -z 1M 128k', 'write -c -P 2 2M 64k', 'write -c -P 3 2112k 64k');
    await qcow2('old.qcow2', '-o', 'compat=0.10,cluster_size=4k', '8M');
    await qemu.io(file('old.qcow2'), 'write -P 1 0 3M');
    await qemu.img('snapshot', '-c', 'theirs', file('old.qcow2'));
    await qcow2('one.qcow2', '-o', 'refcount_bits=1', '8M');
    await qemu.io(file('one.qcow2'), 'write -P 1 0 1M');
    await qcow2('big.qcow2', '-o', 'cluster_size=2M', '16M');
    await qcow2('sub.qcow2', '-o', 'refcount_bits=64,cluster_size=4k', '4M');
    await qcow2('many.qcow2', '-o', 'cluster_size=512', '16M');
    await qcow2('spare.qcow2', '4M');
    await qcow2('ro.qcow2', '4M');
    await qemu.img('snapshot', '-c', 'mine', file('ro.qcow2'));
    await qcow2('state.qcow2', '4M');
    await qemu.io(file('state.qcow2'), 'write -P 3 0 1M');
    await saveMachine(file(''), 'vm');
    await qemu.img('snapshot', '-c', 'tagged', file('state.qcow2'));
    for (const short of ['cd.iso', 'disk.raw']) await qemu.img('create', '-q', '-f', 'raw', file(short), '1M');
  },
  transcripts,
  images: ['test.qcow2', 'old.qcow2', 'one.qcow2', 'big.qcow2', 'sub.qcow2', 'many.qcow2', 'spare.qcow2', 'ro.qcow2', 'state.qcow2'],
  snapshots: {
    'test.qcow2': ['with blanks', 'fourth', 'fifth'], 'old.qcow2': ['ours', 'third', 'meanwhile'], 'big.qcow2': ['b1', 'b2'], 'sub.qcow2': ['x2'],
    'many.qcow2': ['m1', 'm10', 'late'], 'state.qcow2': ['disk', 'tagged'],
  },
});
