import { qemu } from '../support/qemu.ts';
import { describeTranscripts } from './describe-transcripts.ts';

const watch = (node: string, threshold: string | number) => `block-set-write-threshold node-name=${node} write-threshold=${threshold}`;

/** A threshold, the write that begins so many bytes before it, and the one that follows when it is off again. */
const around = (node: string, device: string, threshold: number): string => [-512, 0, 512].map((by) => `
    ${watch(node, threshold)}
    qemu-io ${device} write -P 2 ${threshold + by - 512} 512
    qemu-io ${device} write -P 3 ${threshold + by} 512
    ${watch(node, 0)}`).join('');

const transcripts = {
  'refuses in the same words': `
    block-set-write-threshold
    ${watch('nope', 1)}
    ${watch('vd', 1)}
    ${watch('v0', 1)}
    ${watch('""', 1)}
    ${watch('5', 1)}
    ${watch('nvd', 'x')}
    ${watch('nvd', '"1"')}
    ${watch('nvd', 'null')}
    ${watch('nvd', 'true')}
    ${watch('nvd', '{}')}
    ${watch('nvd', '[1]')}
    ${watch('nvd', '18446744073709551616')}
    block-set-write-threshold node-name=nvd
    block-set-write-threshold write-threshold=1
    block-set-write-threshold node-name=nvd write-threshold=1 bogus=1
    # The seeds want a uint64; QEMU takes the bits of a negative one.
    ${watch('nvd', -1)}
    => GenericError: Parameter 'write-threshold' expects uint64
    ${watch('nvd', 0)}
  `,
  'tells once of a write beyond, and shows what is set': `
    ${watch('nvd', 65536)}
    ${watch('top', '1M')}
    qemu-io vd write 0 65536
    qemu-io vd read 65536 4096
    qemu-io vd discard 65536 4096
    qemu-io vd write 65536 4096
    qemu-io vd write 65536 4096
    ${watch('nvd', 4096)}
    qemu-io vd write -z 61440 8192
    ${watch('nvd', 4096)}
    qemu-io vd discard 65536 4096
    ${watch('nvd', 512)}
    ${watch('nvd', 1024)}
    ${watch('nvd', 0)}
    qemu-io vd write 8192 4096
    qemu-io ide0-hd0 write 0 64k
    qemu-io ide0-hd0 write 1000k 64k
    qemu-io ide0-hd0 write 2M 64k
    ${watch('nvd', 2048)}
    block_resize device=vd size=16M
    ${watch('nvd', 1)}
    qemu-io vd write 0 512
    ${watch('nvd', '8E')}
    ${watch('nvd', '9223372036854775807')}
    ${watch('nvd', '16M')}
    qemu-io vd write 15M 1M
    ${watch('nvd', '16777215')}
    qemu-io vd write 15M 1M
    ${watch('nvd', 1000)}
    qemu-io vd write 0 512
    qemu-io vd write 512 512
    qemu-io vd write 100 100
    qemu-io vd write 20M 512
    ${watch('nvd', '1')}
    qemu-io vd write -u -z 0 64K
    ${watch('nvd', '1')}
    qemu-io vd flush
    qemu-io vd writev 0 512 1024
    ${watch('nvd', '2')}
    qemu-io vd write -f 0 4K
  `,
  'compares the end of a write with it': around('nvd', 'vd', 8192) + around('top', 'ide0-hd0', 65536) + around('nvd', 'vd', 4096) + around('nfile', 'two', 1 << 20),
  'watches each node of a tree by itself': `
    ${watch('ntwo', 4096)}
    ${watch('nfile', '2M')}
    qemu-io two write 8192 4096
    qemu-io two write 3M 1M
    qemu-io two write 3M 1M
    ${watch('nfile', 1)}
    qemu-io two read 0 64K
    qemu-io two write 1M 64K
    ${watch('ntwo', 1)}
    ${watch('nfile', 1)}
    qemu-io two write 3M 4K
    blockdev-snapshot-internal-sync device=two name=s
    ${watch('nfile', 0)}
    ${watch('ntwo', '2M')}
    block_resize device=two size=2M
    block_resize device=two size=4M
    qemu-io two write 2M 64K
  `,
  'stays with the node when it gets an overlay': `
    ${watch('ntwo', '1M')}
    blockdev-snapshot-sync device=two snapshot-file=over.qcow2 snapshot-node-name=over
    qemu-io two write 2M 64K
    ${watch('over', '1M')}
    qemu-io two write 2M 64K
    qemu-io two write 2M 64K
    ${watch('over', '3M')}
    blockdev-snapshot-sync device=two snapshot-file=over2.qcow2 snapshot-node-name=over2
    qemu-io two write 3M 64K
    ${watch('over2', '3M')}
    qemu-io two write 3M 64K
    ${watch('ntwo', 0)}
    ${watch('over', 0)}
  `,
  'watches nodes that no device has, and filters': `
    blockdev-add driver=null-co node-name=nul size=1M
    ${watch('nul', 4096)}
    blockdev-add driver=raw node-name=part file=nul offset=4096 size=65536
    ${watch('part', 512)}
    blockdev-del node-name=part
    blockdev-del node-name=nul
    ${watch('nul', 0)}
    blockdev-add driver=null-co node-name=nul size=1M
    ${watch('nul', 0)}
    blockdev-del node-name=nul
    blockdev-add driver=qcow2 node-name=q file={driver:"file","node-name":"qf",filename:"spare.qcow2"}
    blockdev-add driver=copy-on-read node-name=cor file=q
    ${watch('cor', 512)}
    ${watch('q', 512)}
    ${watch('qf', 512)}
    hmp qemu-io cor "write 64K 64K"
    hmp qemu-io cor "write 64K 64K"
    ${watch('cor', 512)}
    hmp qemu-io cor "write -z 64K 64K"
    blockdev-del node-name=cor
    blockdev-del node-name=q
    blockdev-add driver=raw node-name=ro read-only=true file={driver:"file",filename:"disk2.raw"}
    ${watch('ro', 1)}
    hmp qemu-io ro "write 0 512"
    ${watch('ro', 0)}
    blockdev-del node-name=ro
  `,
};

describeTranscripts('block-set-write-threshold', {
  drives: [
    { id: 'vd', if: 'none', file: 'disk.raw', format: 'raw', 'node-name': 'nvd' },
    { id: 'ide0-hd0', if: 'ide', file: 'test.qcow2', format: 'qcow2', 'node-name': 'top' },
    { id: 'two', if: 'none', file: 'two.qcow2', format: 'qcow2', 'node-name': 'ntwo', 'file.node-name': 'nfile' },
  ],
  devices: [{ driver: 'virtio-blk-pci', drive: 'vd', id: 'v0' }],
  makeImages: async (file) => {
    for (const short of ['test.qcow2', 'two.qcow2', 'spare.qcow2']) {
      await qemu.img('create', '-q', '-f', 'qcow2', '-o', 'preallocation=metadata', file(short), '8M');
    }
    for (const short of ['disk.raw', 'disk2.raw']) await qemu.img('create', '-q', '-f', 'raw', file(short), '8M');
  },
  transcripts,
  images: ['test.qcow2', 'disk.raw', 'over2.qcow2', 'two.qcow2', 'spare.qcow2'],
});
