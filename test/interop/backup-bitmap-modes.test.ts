import { writeFile } from 'node:fs/promises';
import { qemu } from '../support/qemu.ts';
import { describeTranscripts } from './describe-transcripts.ts';

const MIB = 1 << 20;

const plain = (file: string) => `{driver:"file",filename:"${file}"}`;

/** Fails one write: the first, or the first that touches a sector, as it is chance which of several requests comes first. */
const failing = (file: string, sector?: number) =>
  `{driver:"blkdebug",image:${plain(file)},"inject-error":[{event:"pwritev",once:true${sector === undefined ? '' : `,sector:${sector}`}}]}`;

/** A backup of node `na` into a raw file that is closed again afterwards. */
const backup = (file: string, more: string) => `
  blockdev-add driver=raw node-name=t file=${file}
  blockdev-backup device=na target=t job-id=j ${more}
  wait-for-jobs
  blockdev-del node-name=t
`;

const incremental = (file: string, more = '') => backup(file, `sync=incremental bitmap=b ${more}`);
const byMode = (file: string, mode: string, more = '') => backup(file, `sync=bitmap bitmap=b bitmap-mode=${mode} ${more}`);

const transcripts: Readonly<Record<string, string>> = {
  'refuses what no backup does with a bitmap': `
    block-dirty-bitmap-add node=na name=b
    block-dirty-bitmap-add node=na name=off disabled=true
    blockdev-add driver=raw node-name=t file=${plain('spare.raw')}
    ${['sync=incremental', 'sync=bitmap', 'sync=bitmap bitmap=b', 'sync=bitmap bitmap-mode=never', 'sync=incremental bitmap=b bitmap-mode=always',
      'sync=incremental bitmap=b bitmap-mode=never', 'sync=incremental bitmap=nope', 'sync=full bitmap=b', 'sync=none bitmap=b bitmap-mode=always',
      'sync=full bitmap=b bitmap-mode=never', 'sync=full bitmap-mode=always', 'sync=full bitmap=b bitmap-mode=bogus', 'sync=top bitmap=nope bitmap-mode=always',
      'sync=incremental bitmap=""', 'sync=incremental bitmap=5'].map((more) => `blockdev-backup device=na target=t job-id=j ${more}`).join('\n')}
    blockdev-backup device=na target=t job-id=j sync=none speed=1
    blockdev-backup device=na target=t2 job-id=k sync=incremental bitmap=b
    block-job-cancel device=j
    blockdev-backup device=na target=t job-id=j sync=incremental bitmap=b speed=1
    blockdev-del node-name=t
    blockdev-add driver=raw node-name=t file=${plain('spare.raw')}
    blockdev-del node-name=t
  `,
  'clears what was copied, and only then: on-success': `
    qemu-io a write -P 2 1M 64k
    qemu-io a write -P 2 3M 100k
    ${incremental(failing('i0.raw', 2048))}
    ${incremental(failing('i0.raw', 6144))}
    qemu-io a write -P 3 2M 4k
    ${byMode(failing('i0.raw', 4096), 'on-success')}
    ${byMode(failing('i0.raw', 2048), 'on-success', 'on-target-error=ignore')}
    ${incremental(plain('i0.raw'))}
  `,
  'leaves the bitmap as it was: never': `
    qemu-io a write -P 4 512k 64k
    ${byMode(failing('i1.raw'), 'never')}
    ${byMode(plain('i1.raw'), 'never')}
    qemu-io a write -P 5 2M 4k
    ${byMode(plain('i1.raw'), 'never')}
    ${incremental(plain('i1.raw'))}
    ${byMode(plain('i1.raw'), 'never')}
  `,
  'clears what was copied even if the rest failed: always': `
    qemu-io a write -P 6 3M 64k
    ${byMode(failing('i2.raw'), 'always')}
    ${byMode(failing('i2.raw'), 'always')}
    ${byMode(plain('i2.raw'), 'always')}
    qemu-io a write -P 7 0 1M
    ${byMode(plain('i2.raw'), 'always')}
    ${byMode(plain('i2.raw'), 'always')}
  `,
  'keeps in the bitmap what a full backup could not copy': `
    qemu-io a write -P 8 64k 64k
    ${backup(plain('f0.raw'), 'sync=full bitmap=b bitmap-mode=on-success')}
    qemu-io a write -P 9 64k 64k
    # How far each comes before it fails is its own matter; what the bitmap then holds is not.
    blockdev-add driver=raw node-name=t file=${failing('f1.raw')}
    blockdev-backup device=na target=t job-id=j sync=full bitmap=b bitmap-mode=on-success
    => {}
    wait-for-jobs
    blockdev-del node-name=t
    ${backup(plain('f1.raw'), 'sync=full bitmap=b bitmap-mode=always')}
    ${backup(plain('f1.raw'), 'sync=top bitmap=b bitmap-mode=always')}
  `,
  'stops at an error, and goes on from there': `
    qemu-io a write -P 10 1M 64k
    blockdev-add driver=raw node-name=t file=${failing('i3.raw')}
    blockdev-backup device=na target=t job-id=j sync=incremental bitmap=b on-target-error=stop
    query-block-jobs
    blockdev-backup device=na target=t job-id=k sync=incremental bitmap=b
    block-dirty-bitmap-remove node=na name=b
    block-dirty-bitmap-disable node=na name=b
    block-dirty-bitmap-merge node=na target=b bitmaps=["off"]
    block-job-resume device=j
    wait-for-jobs
    blockdev-del node-name=t
    blockdev-add driver=raw node-name=t file=${failing('i3.raw')}
    qemu-io a write -P 11 1M 64k
    blockdev-backup device=na target=t job-id=j sync=incremental bitmap=b on-target-error=stop
    # QEMU tries again what failed before it gives up: its job has come further, the bitmap is the same.
    block-job-cancel device=j force=true
    => {}
    wait-for-jobs
    blockdev-del node-name=t
    ${incremental(plain('i3.raw'))}
  `,
  'follows the job to where it is finalized or dismissed': `
    qemu-io a write -P 12 2M 64k
    blockdev-add driver=raw node-name=t file=${plain('i4.raw')}
    blockdev-backup device=na target=t job-id=j sync=incremental bitmap=b auto-finalize=false auto-dismiss=false
    qemu-io a write -P 13 3M 64k
    block-dirty-bitmap-remove node=na name=b
    job-finalize id=j
    query-jobs
    blockdev-del node-name=t
    job-dismiss id=j
    blockdev-add driver=raw node-name=t file=${plain('i4.raw')}
    blockdev-backup device=na target=t job-id=j sync=incremental bitmap=b auto-finalize=false
    job-cancel id=j
    wait-for-jobs
    blockdev-backup device=na target=t job-id=j sync=bitmap bitmap=b bitmap-mode=always auto-finalize=false
    job-cancel id=j
    wait-for-jobs
    blockdev-del node-name=t
  `,
  'takes a disabled bitmap as it stands': `
    block-dirty-bitmap-disable node=na name=b
    qemu-io a write -P 14 0 64k
    ${byMode(plain('i5.raw'), 'never')}
    block-dirty-bitmap-merge node=na target=off bitmaps=["b"]
    ${backup(plain('i5.raw'), 'sync=bitmap bitmap=off bitmap-mode=on-success')}
    block-dirty-bitmap-enable node=na name=b
    qemu-io a write -P 15 0 64k
    ${incremental(plain('i5.raw'))}
  `,
  'starts together with others, or not at all': `
    qemu-io a write -P 16 1M 64k
    blockdev-add driver=raw node-name=t file=${failing('i6.raw')}
    blockdev-add driver=raw node-name=t2 file=${plain('i7.raw')}
    transaction actions=[{type:"blockdev-backup",data:{device:"na",target:"t","job-id":"j",sync:"incremental",bitmap:"b"}},{type:"abort",data:{}}]
    transaction actions=[{type:"block-dirty-bitmap-add",data:{node:"na",name:"c"}},{type:"blockdev-backup",data:{device:"na",target:"t2","job-id":"k",sync:"full"}}]
    wait-for-jobs
    transaction actions=[{type:"blockdev-backup",data:{device:"na",target:"t","job-id":"j",sync:"incremental",bitmap:"b"}},\
{type:"block-dirty-bitmap-clear",data:{node:"na",name:"c"}}]
    wait-for-jobs
    transaction actions=[{type:"blockdev-backup",data:{device:"na",target:"t","job-id":"j",sync:"incremental",bitmap:"b"}}]
    wait-for-jobs
    blockdev-del node-name=t
    blockdev-del node-name=t2
  `,
};

const targets = ['spare', 'f0', 'f1', 'i0', 'i1', 'i2', 'i3', 'i4', 'i5', 'i6', 'i7'].map((name) => `${name}.raw`);

describeTranscripts('blockdev-backup by dirty bitmaps', {
  atLeast: 140,
  transcripts,
  images: ['a.qcow2', ...targets],
  drives: [{ 'id': 'a', 'if': 'none', 'file': 'a.qcow2', 'format': 'qcow2', 'node-name': 'na' }],
  makeImages: async (file) => {
    await qemu.img('create', '-q', '-f', 'qcow2', file('a.qcow2'), '4M');
    await qemu.io(file('a.qcow2'), 'write -P 1 0 4M');
    for (const name of targets) await writeFile(file(name), Buffer.alloc(4 * MIB));
  },
});
