import { qemu } from '../support/qemu.ts';
import { describeTranscripts } from './describe-transcripts.ts';

const plain = (file: string) => `{driver:"file",filename:"${file}"}`;
const open = (name: string, more = '') => `blockdev-add driver=qcow2 node-name=${name} file=${plain(`${name}.qcow2`)} ${more}`;
const close = (name: string) => `blockdev-del node-name=${name}`;
const reopen = (name: string) => `${close(name)}\n${open(name)}`;

const transcripts: Readonly<Record<string, string>> = {
  'come back as they were left': `
    ${open('p')}
    block-dirty-bitmap-add node=p name=a persistent=true
    block-dirty-bitmap-add node=p name=fine persistent=true granularity=512
    block-dirty-bitmap-add node=p name=off persistent=true disabled=true
    block-dirty-bitmap-add node=p name=lost
    block-dirty-bitmap-add node=p name=a persistent=true
    qemu-io p write -P 1 100k 5k
    ${reopen('p')}
    qemu-io p write -P 2 7M 1k
    block-dirty-bitmap-disable node=p name=a
    block-dirty-bitmap-enable node=p name=off
    qemu-io p write -P 3 3M 64k
    ${reopen('p')}
    block-dirty-bitmap-merge node=p target=off bitmaps=["a","fine"]
    block-dirty-bitmap-clear node=p name=fine
    block-dirty-bitmap-add node=p name=lost persistent=true
    block-dirty-bitmap-remove node=p name=lost
    ${reopen('p')}
    block-dirty-bitmap-add node=p name=again persistent=true
    ${reopen('p')}
  `,
  'are all gone, or there, as a transaction ends': `
    ${open('t')}
    transaction actions=[{type:"block-dirty-bitmap-add",data:{node:"t",name:"x",persistent:true}},{type:"abort",data:{}}]
    transaction actions=[{type:"block-dirty-bitmap-add",data:{node:"t",name:"x",persistent:true}},{type:"block-dirty-bitmap-add",data:{node:"t",name:"y"}}]
    qemu-io t write -P 1 0 1M
    transaction actions=[{type:"block-dirty-bitmap-remove",data:{node:"t",name:"x"}},{type:"abort",data:{}}]
    transaction actions=[{type:"block-dirty-bitmap-clear",data:{node:"t",name:"x"}},{type:"abort",data:{}}]
    ${reopen('t')}
    transaction actions=[{type:"block-dirty-bitmap-remove",data:{node:"t",name:"x"}},{type:"abort",data:{}}]
    ${reopen('t')}
    transaction actions=[{type:"block-dirty-bitmap-disable",data:{node:"t",name:"x"}},{type:"block-dirty-bitmap-add",data:{node:"t",name:"z",persistent:true}}]
    ${reopen('t')}
    transaction actions=[{type:"block-dirty-bitmap-remove",data:{node:"t",name:"x"}}]
    ${reopen('t')}
  `,
  'are read only in an image that is': `
    ${open('r')}
    block-dirty-bitmap-add node=r name=b persistent=true
    qemu-io r write -P 1 0 1M
    ${close('r')}
    ${open('r', 'read-only=true')}
    block-dirty-bitmap-clear node=r name=b
    block-dirty-bitmap-disable node=r name=b
    block-dirty-bitmap-remove node=r name=b
    block-dirty-bitmap-add node=r name=c persistent=true
    block-dirty-bitmap-add node=r name=c
    block-dirty-bitmap-merge node=r target=c bitmaps=["b"]
    block-dirty-bitmap-merge node=r target=b bitmaps=["c"]
    ${close('r')}
    ${open('r')}
    qemu-io r write -P 2 2M 64k
    ${reopen('r')}
  `,
  'are stored when the node is reopened to be read only': `
    blockdev-add driver=file node-name=s-file filename=s.qcow2
    blockdev-add driver=qcow2 node-name=s file=s-file
    block-dirty-bitmap-add node=s name=b persistent=true
    block-dirty-bitmap-add node=s name=c
    qemu-io s write -P 1 0 1M
    blockdev-reopen options=[{driver:"qcow2","node-name":"s",file:"s-file","read-only":true}]
    block-dirty-bitmap-clear node=s name=b
    block-dirty-bitmap-remove node=s name=b
    blockdev-reopen options=[{driver:"qcow2","node-name":"s",file:"s-file","read-only":false}]
    qemu-io s write -P 2 2M 64k
    block-dirty-bitmap-disable node=s name=b
    ${close('s')}
    blockdev-add driver=qcow2 node-name=s file=s-file
    block-dirty-bitmap-enable node=s name=b
    ${close('s')}
    ${close('s-file')}
  `,
  'grow with the image': `
    ${open('g')}
    block-dirty-bitmap-add node=g name=b persistent=true granularity=4k
    block-dirty-bitmap-add node=g name=b persistent=true granularity=4096
    qemu-io g write -P 1 7M 1M
    block_resize node-name=g size=16M+512
    qemu-io g write -P 2 16M 512
    ${reopen('g')}
    # Within a cluster, QEMU would show what lay behind the end once the image grows again; here it reads as zero.
    block_resize node-name=g size=7M+65536
    ${reopen('g')}
    block_resize node-name=g size=20M
    ${reopen('g')}
  `,
  'carry a chain of incremental backups, failures included': `
    ${open('c')}
    block-dirty-bitmap-add node=c name=b persistent=true
    qemu-io c write -P 1 0 2M
    blockdev-add driver=qcow2 node-name=d file=${plain('full.qcow2')}
    blockdev-backup device=c target=d job-id=j sync=full bitmap=b bitmap-mode=on-success
    wait-for-jobs
    ${close('d')}
    ${reopen('c')}
    qemu-io c write -P 2 1M 64k
    ${reopen('c')}
    blockdev-add driver=raw node-name=d file={driver:"blkdebug",image:${plain('inc.raw')},"inject-error":[{event:"pwritev",once:true}]}
    blockdev-backup device=c target=d job-id=j sync=incremental bitmap=b
    wait-for-jobs
    ${close('d')}
    ${reopen('c')}
    qemu-io c write -P 3 5M 64k
    blockdev-add driver=raw node-name=d file=${plain('inc.raw')}
    blockdev-backup device=c target=d job-id=j sync=incremental bitmap=b
    wait-for-jobs
    ${close('d')}
    ${reopen('c')}
    qemu-io c write -P 4 6M 64k
    blockdev-add driver=raw node-name=d file=${plain('inc.raw')}
    blockdev-backup device=c target=d job-id=j sync=bitmap bitmap=b bitmap-mode=never
    wait-for-jobs
    ${close('d')}
    ${reopen('c')}
  `,
  'stay below an overlay, and are merged into its own': `
    blockdev-add driver=qcow2 node-name=o file=${plain('o.qcow2')}
    block-dirty-bitmap-add node=o name=b persistent=true
    qemu-io o write -P 1 0 64k
    blockdev-add driver=qcow2 node-name=over file=${plain('over.qcow2')} backing=null
    blockdev-snapshot node=o overlay=over
    block-dirty-bitmap-add node=over name=b persistent=true
    qemu-io over write -P 2 1M 64k
    block-dirty-bitmap-merge node=over target=b bitmaps=[{node:"o",name:"b"}]
    ${close('over')}
    ${close('o')}
    blockdev-add driver=qcow2 node-name=o file=${plain('o.qcow2')} read-only=true
    blockdev-add driver=qcow2 node-name=over file=${plain('over.qcow2')} backing=o
    ${close('over')}
    ${close('o')}
  `,
  'are refused where nothing could keep them': `
    blockdev-add driver=raw node-name=w file=${plain('w.raw')}
    block-dirty-bitmap-add node=w name=b persistent=true
    block-dirty-bitmap-add node=w name=b
    ${close('w')}
    ${open('v2')}
    block-dirty-bitmap-add node=v2 name=b persistent=true
    block-dirty-bitmap-add node=v2 name=b
    ${reopen('v2')}
    ${close('v2')}
    ${open('k')}
    block-dirty-bitmap-add node=k name=${'n'.repeat(1023)} persistent=true
    block-dirty-bitmap-add node=k name=${'n'.repeat(1024)} persistent=true
    block-dirty-bitmap-add node=k name=g persistent=true granularity=256
    block-dirty-bitmap-add node=k name=g persistent=true granularity=4G
    block-dirty-bitmap-add node=k name=g persistent=true granularity=3000
    block-dirty-bitmap-add node=k name=g persistent=true granularity=2G
    ${reopen('k')}
    ${close('k')}
  `,
  'are the same to the tool that reads the images': ['p', 't', 'r', 'g', 'c'].map(close).join('\n'),
};

const images = ['p', 't', 'r', 's', 'g', 'c', 'o', 'v2', 'k', 'full'];

describeTranscripts('persistent bitmaps of nodes that close and open again', {
  transcripts,
  images: [...images.map((name) => `${name}.qcow2`), 'inc.raw'],
  drives: [{ id: 'cd', if: 'none', media: 'cdrom' }],
  makeImages: async (file) => {
    for (const name of [...images, 'over']) {
      await qemu.img('create', '-q', '-f', 'qcow2', '-o', `compat=${name === 'v2' ? '0.10' : '1.1'}`, file(`${name}.qcow2`), '8M');
    }
    await qemu.img('create', '-q', '-f', 'raw', file('w.raw'), '1M');
    await qemu.img('create', '-q', '-f', 'raw', file('inc.raw'), '8M');
  },
});
