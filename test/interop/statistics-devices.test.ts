import { truncate, writeFile } from 'node:fs/promises';
import { qemu } from '../support/qemu.ts';
import { describeTranscripts } from './describe-transcripts.ts';

/** What is looked at after each piece of work: every drive, and every node by itself. */
const look = `
    query-blockstats
    query-blockstats query-nodes=true`;

/** Requests as if the guest had made them, each over before the next. */
const each = (...work: readonly string[]) => work.map((line) => `
    qemu-io ${line}
    qemu-io ${line.split(' ')[0]!} aio_flush
    query-blockstats`).join('');

const transcripts = {
  'refuses what is no switch': `
    query-blockstats query-nodes=5
    query-blockstats query-nodes=yes
    query-blockstats query-nodes=null
    query-blockstats bogus=1
    query-blockstats device=counted
    query-blockstats query-nodes=false
    ${look}
  `,
  'counts reads': each('counted aio_read -q 0 512', 'counted aio_read -q 4096 64k', 'counted aio_read -q 0 512 512 1024', 'counted aio_read -q 1023k 2k',
    'counted aio_read -i 0 512', 'counted aio_read -q 0 0', 'counted aio_read -q 9M 1k', 'plain aio_read -q 0 64k', 'plain aio_read -i 0 512', 'silent aio_read -q 0 1k',
    'silent aio_read -q 5M 512', 'silent aio_read -i 0 512', 'unfailed aio_read -q 5M 512', 'unfailed aio_read -i 0 512', 'uninvalid aio_read -i 0 1k',
    'uninvalid aio_read -q 5M 512', 'empty aio_read -q 0 512', 'empty aio_read -i 0 512', 'reader aio_read -q 0 64k', 'top aio_read -q 0 64k', 'top aio_read -q 4M 64k'),
  'counts writes, and how far they went': each('counted aio_write -q 0 4k', 'counted aio_write -q 100k 64k', 'counted aio_write -q 8k 512', 'counted aio_write -q 1000k 512',
    'counted aio_write -q 1024k 512', 'counted aio_write -q 1023k 2k', 'counted aio_write -i 0 512', 'counted aio_write -q 0 512 512 1024', 'counted aio_write -q 1M 0',
    'silent aio_write -q 4M 512', 'silent aio_write -i 0 512', 'unfailed aio_write -q 4M 512', 'unfailed aio_write -q 64k 512', 'uninvalid aio_write -i 0 512',
    'empty aio_write -q 0 512', 'empty aio_write -i 0 512', 'reader aio_write -q 0 512', 'reader aio_write -i 0 512', 'top aio_write -q 0 64k', 'top aio_write -q 2M 512',
    'top aio_write -q 4M 512'),
  'counts flushes': `
    qemu-io counted aio_flush
    qemu-io plain aio_flush
    qemu-io silent aio_flush
    qemu-io empty aio_flush
    qemu-io reader aio_flush
    qemu-io top aio_flush
    ${look}
  `,
  'counts nothing of what is done to nodes': `
    hmp qemu-io counted-node "read 0 512"
    query-blockstats
    hmp qemu-io top-node "write 3M 64k"
    query-blockstats
    hmp qemu-io top-file "read 0 512"
    query-blockstats query-nodes=true
    blockdev-add driver=qcow2 node-name=own file={driver:"file","node-name":"own-file",filename:"own.qcow2"}
    query-blockstats query-nodes=true
    hmp qemu-io own "write 0 64k"
    hmp qemu-io own "write 512k 512"
    hmp qemu-io own "discard 0 1M"
    hmp qemu-io own "write 4M 512"
    query-blockstats query-nodes=true
    blockdev-del node-name=own
    ${look}
  `,
  'keeps the counters of a drive when its medium goes': `
    eject device=plain force=true
    ${look}
    qemu-io plain aio_read -q 0 512
    qemu-io plain aio_flush
    query-blockstats
    blockdev-change-medium device=plain filename=own.raw format=raw
    ${look}
    qemu-io plain aio_write -q 128k 512
    qemu-io plain aio_flush
    ${look}
    block_resize device=plain size=2M
    qemu-io plain aio_write -q 1536k 512
    qemu-io plain aio_flush
    ${look}
  `,
  'keeps the counters of a drive when it gets an overlay': `
    blockdev-add driver=qcow2 node-name=over file={driver:"file","node-name":"over-file",filename:"over.qcow2"}
    blockdev-snapshot node=top overlay=over
    ${look}
    qemu-io top aio_write -q 1M 64k
    qemu-io top aio_flush
    ${look}
    qemu-io top aio_read -q 0 64k
    qemu-io top aio_flush
    ${look}
    blockdev-add driver=qcow2 node-name=over2 file={driver:"file","node-name":"over2-file",filename:"over2.qcow2"}
    blockdev-snapshot node=counted overlay=over2
    qemu-io counted aio_write -q 512k 512
    qemu-io counted aio_flush
    ${look}
  `,
  'tells of drives that devices come and go with': `
    device_add driver=virtio-blk-pci id=v9 drive=silent
    query-blockstats
    qemu-io silent aio_read -q 0 512
    qemu-io silent aio_flush
    query-blockstats
    device_del id=v9
    system_reset
    query-blockstats
    device_add driver=scsi-cd id=scd
    query-blockstats
    blockdev-open-tray id=scd
    query-blockstats
    device_del id=scd
    query-blockstats
  `,
};

/** A disk without metadata: how far its file is written says how far it is. */
const disk = (id: string, more: object = {}) => ({ id, 'if': 'none' as const, 'file': `${id}.raw`, 'format': 'raw', 'node-name': `${id}-node`, ...more });

describeTranscripts('query-blockstats of drives and nodes', {
  drives: [
    disk('counted', { 'stats-intervals.0': 1000, 'stats-intervals.1': 600 }),
    disk('plain'),
    disk('silent', { 'stats-account-invalid': 'off', 'stats-account-failed': 'off' }),
    disk('uninvalid', { 'stats-account-invalid': 'off', 'stats-intervals.0': 3000 }),
    disk('unfailed', { 'stats-account-failed': 'off', 'stats-intervals.0': 3000 }),
    disk('reader', { readonly: 'on' }),
    { id: 'empty', if: 'none' },
    { 'id': 'top', 'if': 'none', 'file': 'top.qcow2', 'format': 'qcow2', 'node-name': 'top-node', 'file.node-name': 'top-file', 'discard': 'unmap' },
  ],
  devices: [{ driver: 'virtio-scsi-pci' }],
  makeImages: async (file) => {
    for (const short of ['counted', 'plain', 'silent', 'uninvalid', 'unfailed', 'reader', 'own']) {
      await writeFile(file(`${short}.raw`), Buffer.alloc(4096, 7));
      await truncate(file(`${short}.raw`), 1 << 20);
    }
    await qemu.img('create', '-q', '-f', 'qcow2', file('base.qcow2'), '4M');
    await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', file('top.qcow2'));
    for (const short of ['own', 'over2']) await qemu.img('create', '-q', '-f', 'qcow2', file(`${short}.qcow2`), '1M');
    await qemu.img('create', '-q', '-f', 'qcow2', file('over.qcow2'), '4M');
  },
  transcripts,
  images: ['counted.raw', 'plain.raw', 'own.raw', 'own.qcow2', 'over.qcow2', 'over2.qcow2', 'top.qcow2'],
});
