import { copyFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { GraphReferee } from './graph-referee.ts';
import { parseTranscript } from './transcript.ts';

/** Policies, and errors that they tell apart: 5 is EIO, 28 is ENOSPC. */
const CASES = [['report', 5], ['ignore', 5], ['stop', 5], ['stop', 28], ['enospc', 28], ['enospc', 5]] as const;

/** The job's one request has failed: what is it, and what can be asked of it, until it is resumed and over? */
const AFTERWARDS = `
  query-block-jobs
  query-jobs
  block-job-complete device=j
  block-job-cancel device=j
  block-job-pause device=j
  block-job-resume device=j
  block-job-resume device=j
  query-block-jobs
  job-complete id=j
  query-jobs
  job-dismiss id=j
`;

const plain = (file: string) => `{driver:"file",filename:"${file}"}`;
const failing = (file: string, event: string, errno: number) =>
  `{driver:"blkdebug",image:${plain(file)},"inject-error":[{event:"${event}",errno:${errno},once:true}]}`;

describeWithQemu('errors of jobs beside the real QEMU', () => {
  let referee: GraphReferee;
  const play = (steps: string) => referee.play(parseTranscript(steps));

  beforeAll(async () => {
    referee = await GraphReferee.start({
      watchStates: true,
      drives: [{ id: 'disk', if: 'none', file: 'disk.raw', format: 'raw' }],
      makeImages: async (file) => {
        await qemu.img('create', '-q', '-f', 'qcow2', file('base.qcow2'), '64k');
        await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', file('mid.qcow2'));
        await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'mid.qcow2', '-F', 'qcow2', file('top.qcow2'));
        await Promise.all(['base', 'mid'].map((layer) => copyFile(file(`${layer}.qcow2`), file(`${layer}-full.qcow2`))));
        for (const layer of ['base', 'mid']) await qemu.io(file(`${layer}-full.qcow2`), 'write -P 1 0 64k');
        for (const [number] of CASES.entries()) {
          for (const kind of ['stream', 'read', 'write']) {
            const full = kind === 'stream' ? 'base' : 'mid';
            for (const layer of ['base', 'mid', 'top']) {
              await copyFile(file(`${layer}${layer === full ? '-full' : ''}.qcow2`), file(`${kind}${number}-${layer}.qcow2`));
            }
          }
          for (const kind of ['backup', 'mirror', 'from']) await writeFile(file(`${kind}${number}.raw`), Buffer.alloc(65536));
        }
        for (const name of ['disk', 'source']) await writeFile(file(`${name}.raw`), Buffer.alloc(65536, 5));
      },
    });
  });

  afterAll(() => referee.stop());

  describe.each(CASES.map(([policy, errno], number) => ({ policy, errno, number })))('$policy of error $errno', ({ policy, errno, number }) => {
    const openChain = (kind: string, { base = plain, mid = plain }: Partial<Record<'base' | 'mid', (file: string) => string>>) => play(`
      blockdev-add driver=qcow2 node-name=b-${kind}${number} file=${base(`${kind}${number}-base.qcow2`)}
      blockdev-add driver=qcow2 node-name=m-${kind}${number} file=${mid(`${kind}${number}-mid.qcow2`)} backing=b-${kind}${number}
      blockdev-add driver=qcow2 node-name=t-${kind}${number} file=${plain(`${kind}${number}-top.qcow2`)} backing=m-${kind}${number}
    `);

    it('while a stream reads', async () => {
      await openChain('stream', { base: (file) => failing(file, 'read_aio', errno) });
      await play(`block-stream device=t-stream${number} job-id=j on-error=${policy} auto-dismiss=false ${AFTERWARDS}`);
    });

    it('while a commit reads', async () => {
      await openChain('read', { mid: (file) => failing(file, 'read_aio', errno) });
      await play(`block-commit device=t-read${number} top-node=m-read${number} job-id=j on-error=${policy} auto-dismiss=false ${AFTERWARDS}`);
    });

    it('while a commit writes', async () => {
      await openChain('write', { base: (file) => failing(file, 'write_aio', errno) });
      await play(`block-commit device=t-write${number} top-node=m-write${number} job-id=j on-error=${policy} auto-dismiss=false ${AFTERWARDS}`);
    });

    it.each(['backup', 'mirror'])('while a %s writes', (kind) => play(`
      blockdev-add driver=raw node-name=${kind}${number} file=${failing(`${kind}${number}.raw`, 'pwritev', errno)}
      blockdev-${kind} device=disk target=${kind}${number} sync=full job-id=j on-target-error=${policy} auto-dismiss=false
      ${AFTERWARDS}
    `));

    it.each(['backup', 'mirror'])('while a %s reads', (kind) => play(`
      blockdev-add driver=raw node-name=${kind}-source${number} file=${failing('source.raw', 'read_aio', errno)} read-only=true
      blockdev-add driver=raw node-name=${kind}-target${number} file=${plain(`from${number}.raw`)}
      blockdev-${kind} device=${kind}-source${number} target=${kind}-target${number} sync=full job-id=j on-source-error=${policy} auto-dismiss=false
      ${AFTERWARDS}
      blockdev-del node-name=${kind}-target${number}
      blockdev-del node-name=${kind}-source${number}
    `));
  });

  // The names of images that refer to blkdebug differ in the order of their members.
  it('leaves the same images behind', () => referee.compareImages(CASES.flatMap((_, number) => [
    `stream${number}-top.qcow2`, `read${number}-top.qcow2`, `write${number}-base.qcow2`, `backup${number}.raw`, `mirror${number}.raw`,
  ])));
});
