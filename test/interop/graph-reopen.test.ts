import { truncate, writeFile } from 'node:fs/promises';
import { qemu } from '../support/qemu.ts';
import { describeTranscripts } from './describe-transcripts.ts';

/** Members of BlockdevOptions for nodes that are often reopened. */
const q = 'driver:"qcow2","node-name":"q"';
const qFile = 'file:{driver:"file","node-name":"qf",filename:"q.qcow2"}';

const transcripts = {
  'refuses what it cannot find or was not given': `
    blockdev-reopen
    blockdev-reopen options=5
    blockdev-reopen options=[{}]
    blockdev-reopen options=[{driver:"qcow2",file:"x"}]
    blockdev-reopen options=[{driver:"qcow2","node-name":"nope",file:"x"}]
    blockdev-reopen options=[{driver:"bogus","node-name":"nope"}]
    blockdev-reopen options=[{driver:"qcow2","node-name":"nope"}]
    blockdev-reopen options=[{driver:"qcow2","node-name":"nope",file:"x",bogus:1}]
    blockdev-reopen options=[{driver:"qcow2","node-name":"nope",file:null}]
    blockdev-reopen driver=qcow2 node-name=q file=qf
  `,
  'gives a qcow2 image other options': `
    blockdev-add driver=qcow2 node-name=q file={driver:"file","node-name":"qf",filename:"q.qcow2"}
    blockdev-reopen options=[{${q}}]
    blockdev-reopen options=[{${q},file:"qf"}]
    blockdev-reopen options=[{${q},${qFile}}]
    blockdev-reopen options=[{${q},file:{driver:"file",filename:"q.qcow2"}}]
    blockdev-reopen options=[{${q},file:{driver:"file",filename:"other.qcow2"}}]
    blockdev-reopen options=[{${q},file:{driver:"host_device",filename:"q.qcow2"}}]
    blockdev-reopen options=[{${q},file:{driver:"file",filename:"q.qcow2","node-name":"zz"}}]
    blockdev-reopen options=[{${q},file:{driver:"file",filename:"q.qcow2",locking:"off"}}]
    blockdev-reopen options=[{${q},file:{driver:"file",filename:"q.qcow2",aio:"native"}}]
    blockdev-reopen options=[{driver:"raw","node-name":"q",file:"qf"}]
    blockdev-reopen options=[{${q},file:"qf","read-only":true}]
    qemu-io q write 0 4k
    blockdev-reopen options=[{${q},file:"qf","read-only":false,"detect-zeroes":"on"}]
    qemu-io q write -P 1 0 4k
    blockdev-reopen options=[{${q},file:"qf","detect-zeroes":"unmap"}]
    blockdev-reopen options=[{${q},file:"qf",discard:"unmap","detect-zeroes":"unmap"}]
    qemu-io q write -z 0 4k
    blockdev-reopen options=[{${q},file:"qf","detect-zeroes":"unmap"}]
    blockdev-reopen options=[{${q},file:"qf",cache:{direct:false,"no-flush":true}}]
    qemu-io q write -P 2 64k 64k
    blockdev-reopen options=[{${q},file:"qf","l2-cache-size":65536,"refcount-cache-size":262144,"cache-clean-interval":5}]
    qemu-io q write -P 3 1M 300k
    blockdev-reopen options=[{${q},file:"qf","cache-size":1,"l2-cache-size":2}]
    blockdev-reopen options=[{${q},file:"qf","cache-size":1000000,"l2-cache-size":200000,"refcount-cache-size":200}]
    blockdev-reopen options=[{${q},file:"qf","overlap-check":"all"}]
    blockdev-reopen options=[{${q},file:"qf","overlap-check":{template:"none","main-header":true}}]
    blockdev-reopen options=[{${q},file:"qf","pass-discard-request":true,"pass-discard-other":true,"lazy-refcounts":false}]
    qemu-io q discard 1M 64k
    qemu-io q write -P 4 2M 64k
    blockdev-reopen options=[{${q},file:"qf","force-share":true}]
    blockdev-reopen options=[{${q},file:"qf","auto-read-only":true}]
    blockdev-reopen options=[{${q},file:"qf",backing:null}]
    blockdev-reopen options=[{${q},file:"qf",backing:"q"}]
    blockdev-reopen options=[{${q},file:"qf",backing:"nope"}]
    blockdev-reopen options=[{${q},file:"qf",backing:""}]
    blockdev-reopen options=[{${q},file:"qf"}]
    blockdev-reopen options=[{driver:"file","node-name":"qf",filename:"q.qcow2"}]
    blockdev-reopen options=[{driver:"file","node-name":"qf",filename:"q.qcow2","read-only":true}]
    blockdev-reopen options=[{driver:"file","node-name":"qf",filename:"q.qcow2",discard:"unmap","x-check-cache-dropped":true}]
    blockdev-reopen options=[{driver:"file","node-name":"qf",filename:"q.qcow2","drop-cache":false}]
    blockdev-reopen options=[{${q},file:"qf"}]
  `,
  'puts a filter between a format and its file, and takes it out again': `
    object-add qom-type=throttle-group id=g1 limits.iops-total=100000
    object-add qom-type=throttle-group id=g2 limits.iops-total=200000
    blockdev-add driver=throttle node-name=t throttle-group=g1 file=qf
    blockdev-reopen options=[{${q},file:"t"}]
    qemu-io q write -P 5 3M 64k
    blockdev-del node-name=t
    object-del id=g1
    blockdev-reopen options=[{driver:"throttle","node-name":"t","throttle-group":"g2",file:"qf"}]
    object-del id=g1
    object-del id=g2
    blockdev-reopen options=[{driver:"throttle","node-name":"t","throttle-group":"nope",file:"qf"}]
    blockdev-reopen options=[{driver:"throttle","node-name":"t",file:"qf"}]
    blockdev-reopen options=[{driver:"throttle","node-name":"t","throttle-group":"g2",file:"q"}]
    blockdev-reopen options=[{driver:"throttle","node-name":"t","throttle-group":"g2",file:"t"}]
    blockdev-reopen options=[{driver:"throttle","node-name":"t","throttle-group":"g2",file:"nope"}]
    blockdev-reopen options=[{${q},file:"t","read-only":true}]
    blockdev-reopen options=[{${q},file:"t"}]
    qemu-io q write -P 6 3M 4k
    blockdev-add driver=blkdebug node-name=b image=qf
    blockdev-reopen options=[{driver:"blkdebug","node-name":"b",image:"qf"}]
    blockdev-reopen options=[{driver:"blkdebug","node-name":"b",image:"q"}]
    blockdev-reopen options=[{driver:"blkdebug","node-name":"b",image:"qf",align:4096}]
    blockdev-reopen options=[{${q},file:"b"}]
    blockdev-reopen options=[{${q},file:"qf"}]
    blockdev-del node-name=b
    blockdev-del node-name=t
    object-del id=g2
  `,
  'changes the backing image': `
    blockdev-add driver=qcow2 node-name=base read-only=true file={driver:"file",filename:"base.qcow2"}
    blockdev-add driver=qcow2 node-name=top file={driver:"file","node-name":"tf",filename:"top.qcow2"} backing=base
    blockdev-reopen options=[{driver:"qcow2","node-name":"top",file:"tf"}]
    blockdev-reopen options=[{driver:"qcow2","node-name":"top",file:"tf",backing:{driver:"qcow2",file:{driver:"file",filename:"base.qcow2"}}}]
    blockdev-reopen options=[{driver:"qcow2","node-name":"top",file:"tf",backing:"q"}]
    qemu-io top read -P 6 3M 4k
    blockdev-del node-name=q
    blockdev-reopen options=[{driver:"qcow2","node-name":"top",file:"tf",backing:null}]
    blockdev-reopen options=[{driver:"qcow2","node-name":"top",file:"tf"}]
    blockdev-reopen options=[{driver:"qcow2","node-name":"top",file:"tf",backing:"base"},{driver:"qcow2","node-name":"top",file:"tf",backing:null}]
    blockdev-reopen options=[{driver:"qcow2","node-name":"top",file:"tf",backing:"base"}]
    blockdev-reopen options=[{driver:"qcow2","node-name":"base",file:{driver:"file",filename:"base.qcow2"},backing:"top"}]
    blockdev-del node-name=base
    blockdev-del node-name=top
    blockdev-del node-name=base
    blockdev-add driver=qcow2 node-name=top file={driver:"file","node-name":"tf",filename:"top.qcow2"} backing={driver:"qcow2","node-name":"inner",file:{driver:"file","node-name":"if",filename:"base.qcow2"}}
    blockdev-reopen options=[{driver:"qcow2","node-name":"top",file:"tf"}]
    blockdev-reopen options=[{driver:"qcow2","node-name":"top",file:"tf",backing:"inner"}]
    blockdev-reopen options=[{driver:"qcow2","node-name":"top",file:"tf",backing:{driver:"qcow2",file:"if","l2-cache-size":131072}}]
    blockdev-reopen options=[{driver:"qcow2","node-name":"top",file:"tf",backing:{driver:"qcow2",file:"if","read-only":false}}]
    qemu-io inner write -P 9 0 4k
    blockdev-reopen options=[{driver:"qcow2","node-name":"top",file:"tf",backing:{driver:"raw",file:"if"}}]
    blockdev-reopen options=[{driver:"qcow2","node-name":"top",file:"tf",backing:null}]
    blockdev-del node-name=top
  `,
  'changes all of several nodes or none of them': `
    blockdev-add driver=raw node-name=r file={driver:"file","node-name":"rf",filename:"plain.raw"}
    blockdev-reopen options=[{driver:"raw","node-name":"r",file:"rf","read-only":true},{driver:"qcow2","node-name":"nope",file:"x"}]
    blockdev-reopen options=[{driver:"raw","node-name":"r",file:"rf","read-only":true},{${q},file:"nope"}]
    blockdev-reopen options=[{driver:"raw","node-name":"r",file:"rf","read-only":true},{${q},file:"qf","read-only":true}]
    blockdev-reopen options=[{driver:"raw","node-name":"r",file:"rf",offset:4096,size:65536},{${q},file:"qf"}]
    blockdev-reopen options=[{driver:"raw","node-name":"r",file:"rf",offset:4096,size:100}]
    blockdev-reopen options=[{driver:"raw","node-name":"r",file:"rf",offset:4194304}]
    blockdev-reopen options=[{driver:"raw","node-name":"r",file:"rf",offset:4096,size:1048576}]
    blockdev-reopen options=[{driver:"raw","node-name":"r",file:"rf"},{driver:"raw","node-name":"r",file:"rf",offset:512}]
    blockdev-reopen options=[{driver:"raw","node-name":"r",file:"rf",backing:null}]
    blockdev-reopen options=[{driver:"raw","node-name":"r",file:"rf"}]
    qemu-io r write -P 7 0 64k
    blockdev-add driver=quorum node-name=qu vote-threshold=1 children=["r"]
    blockdev-reopen options=[{driver:"quorum","node-name":"qu","vote-threshold":1,children:["r"]}]
    blockdev-del node-name=qu
    blockdev-add driver=copy-on-read node-name=cor file=r
    blockdev-reopen options=[{driver:"copy-on-read","node-name":"cor",file:"r"}]
    blockdev-del node-name=cor
    blockdev-add driver=null-co node-name=nu size=65536
    blockdev-reopen options=[{driver:"null-co","node-name":"nu",size:65536,"read-only":true}]
    blockdev-reopen options=[{driver:"null-co","node-name":"nu",size:131072}]
    blockdev-reopen options=[{driver:"null-co","node-name":"nu"}]
    blockdev-reopen options=[{driver:"null-co","node-name":"nu",size:65536,"latency-ns":5}]
    blockdev-del node-name=nu
  `,
  'takes locks and permissions as users need them': `
    device_add driver=virtio-blk-pci drive=r id=v0
    blockdev-reopen options=[{driver:"raw","node-name":"r",file:"rf","read-only":true}]
    device_del id=v0
    system_reset
    blockdev-reopen options=[{driver:"raw","node-name":"r",file:"rf","read-only":true}]
    blockdev-add driver=raw node-name=r2 read-only=true file={driver:"file","node-name":"rf2",filename:"plain.raw"}
    blockdev-reopen options=[{driver:"raw","node-name":"r",file:"rf"}]
    blockdev-reopen options=[{driver:"raw","node-name":"r2",file:"rf2"}]
    device_add driver=virtio-blk-pci drive=r2 id=v1
    blockdev-del node-name=r
    device_add driver=virtio-blk-pci drive=r2 id=v1
    device_del id=v1
    system_reset
    blockdev-del node-name=r2
    blockdev-add driver=raw node-name=fs read-only=true force-share=true file={driver:"file","node-name":"fsf",filename:"plain.raw"}
    blockdev-reopen options=[{driver:"raw","node-name":"fs",file:"fsf","force-share":true}]
    blockdev-reopen options=[{driver:"raw","node-name":"fs",file:"fsf","force-share":true,"read-only":true}]
    blockdev-reopen options=[{driver:"raw","node-name":"fs",file:"fsf","read-only":true}]
    blockdev-del node-name=fs
  `,
  'works on drives': `
    blockdev-reopen options=[{driver:"qcow2","node-name":"dn",file:{driver:"file",filename:"drive.qcow2"}}]
    blockdev-reopen options=[{driver:"qcow2","node-name":"dn",file:{driver:"file",filename:"drive.qcow2"},backing:null}]
    blockdev-reopen options=[{driver:"qcow2","node-name":"dn",file:{driver:"file",filename:"drive.qcow2"},backing:{driver:"qcow2",file:{driver:"file",filename:"base.qcow2"}}}]
    blockdev-reopen options=[{driver:"qcow2","node-name":"dn","read-only":true,file:{driver:"file",filename:"drive.qcow2"},backing:{driver:"qcow2",file:{driver:"file",filename:"base.qcow2"}}}]
    qemu-io d read -P 5 0 64k
    qemu-io d write -P 5 1M 64k
    blockdev-reopen options=[{driver:"qcow2","node-name":"dn",file:{driver:"file",filename:"drive.qcow2"},backing:null}]
    blockdev-reopen options=[{driver:"qcow2","node-name":"dn",file:{driver:"file",filename:"drive.qcow2"},backing:"q"}]
    qemu-io d read -P 2 64k 64k
    blockdev-del node-name=q
  `,
};

const drives = [{ id: 'd', if: 'none', file: 'drive.qcow2', format: 'qcow2', 'node-name': 'dn' }] as const;

async function makeImages(file: (short: string) => string): Promise<void> {
  for (const short of ['q.qcow2', 'other.qcow2', 'base.qcow2']) await qemu.img('create', '-q', '-f', 'qcow2', file(short), '4M');
  await qemu.io(file('base.qcow2'), 'write -P 5 0 1M');
  for (const short of ['top.qcow2', 'drive.qcow2']) await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', file(short));
  await writeFile(file('plain.raw'), Buffer.alloc(4096, 7));
  await truncate(file('plain.raw'), 1 << 20);
}

describeTranscripts('blockdev-reopen', {
  atLeast: 100, drives, makeImages, transcripts, images: ['q.qcow2', 'top.qcow2', 'drive.qcow2', 'plain.raw'],
});

// The filters that QEMU puts above what a job works on are not in the seeds' version.
describeTranscripts('blockdev-reopen during a job', {
  atLeast: 10, drives, watchGraph: false, images: ['q.qcow2'],
  // Each step lets QEMU's job go on by a piece: there must be enough of them.
  makeImages: async (file) => {
    for (const short of ['q.qcow2', 'base.qcow2']) await qemu.img('create', '-q', '-f', 'qcow2', file(short), '32M');
    await qemu.io(file('base.qcow2'), 'write -c -P 5 0 32M');
    await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', file('drive.qcow2'));
  },
  transcripts: {
    'leaves alone what the job holds': `
    blockdev-add driver=qcow2 node-name=q file={driver:"file","node-name":"qf",filename:"q.qcow2"}
    block-stream device=d job-id=j speed=1
    blockdev-reopen options=[{driver:"qcow2","node-name":"dn",file:{driver:"file",filename:"drive.qcow2"},backing:null}]
    blockdev-reopen options=[{driver:"qcow2","node-name":"dn",file:{driver:"file",filename:"drive.qcow2"},backing:"q"}]
    blockdev-reopen options=[{driver:"qcow2","node-name":"dn",file:"qf",backing:null}]
    blockdev-reopen options=[{driver:"qcow2","node-name":"dn","detect-zeroes":"on",file:{driver:"file",filename:"drive.qcow2"},backing:{driver:"qcow2",file:{driver:"file",filename:"base.qcow2"}}}]
    block-job-cancel device=j
    wait-for-jobs
    drive-backup device=d job-id=b sync=full target=b.qcow2 speed=1
    blockdev-reopen options=[{driver:"qcow2","node-name":"dn",file:{driver:"file",filename:"drive.qcow2"},backing:null}]
    blockdev-reopen options=[{driver:"qcow2","node-name":"dn","read-only":true,file:{driver:"file",filename:"drive.qcow2"},backing:{driver:"qcow2",file:{driver:"file",filename:"base.qcow2"}}}]
    block-job-cancel device=b
    wait-for-jobs
  `,
  },
});
