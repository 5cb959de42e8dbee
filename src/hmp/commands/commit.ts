import { jobIdOf } from '../block-names.ts';
import type { BlockTarget } from '../block-names.ts';
import { waitForJob } from '../block-jobs.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';
import type { HmpMonitor } from '../define-hmp-command.ts';
import { HmpError } from '../hmp-error.ts';
import type { BlockInfo } from '../../qapi/types/block-info.ts';

/**
 * QEMU's `commit` holds up every monitor until all is written down. Here it is the block-commit job, whose completion goes on
 * with the backing image; QEMU's way is left to those who ask for it.
 */
export default defineHmpCommand({
  name: 'commit',
  args: 'blocking:-b,device:B',
  usage: '[-b] device|all',
  doc: 'write what an image holds down into its backing image, as a job; -b: now, while everything else waits',
  needs: ['block-commit', 'query-block', 'query-block-jobs'],
  completes: { device: { names: ['device-or-node', 'qdev'], words: ['all'] } },
  run: async ({ blocking, device: name }, monitor) => {
    const targets = name === 'all' ? await committable(monitor) : [await findTarget(name, monitor)];
    if (!blocking && !monitor.compat) return inTurn(targets, (target) => startJob(target, monitor));
    const warning = monitor.compat ? '' : 'warning: every monitor of the far end waited until this was done\n';
    const isFarEndsName = name === 'all' || targets[0]?.device === name;
    const theirs = isFarEndsName ? monitor.passOn(`commit ${name}`) : undefined;
    return warning + (theirs === undefined ? await inTurn(targets, (target) => commitNow(target, monitor)) : await theirs);
  },
});

async function inTurn(targets: readonly BlockTarget[], work: (target: BlockTarget) => Promise<string>): Promise<string> {
  let text = '';
  for (const target of targets) text += await work(target);
  return text;
}

/** `all` leaves out what has no backing image or cannot be written to. */
async function committable({ execute }: HmpMonitor): Promise<BlockTarget[]> {
  return ((await execute('query-block')) as BlockInfo[]).flatMap(({ device, qdev, inserted }) => {
    if (!inserted?.backing_file_depth || inserted.ro) return [];
    const node = inserted['node-name'];
    return [{ device, inserted, ...(qdev && { qdev }), ...(node && { node }) }];
  });
}

/** @throws HmpError in QEMU's words, which have no prefix here */
async function findTarget(name: string, { names, compat }: HmpMonitor): Promise<BlockTarget> {
  const target = await names.find(name);
  if (target === undefined || (compat && target.device !== name)) throw refusal(`Device '${name}' not found`);
  if (target.inserted === undefined) throw refusal(`Device '${name}' has no medium`);
  if (!target.inserted.backing_file_depth) throw refusal(`'commit' error for '${name}': Operation not supported`);
  return target;
}

async function startJob(target: BlockTarget, { execute }: HmpMonitor): Promise<string> {
  const { device, node, inserted } = target;
  const id = jobIdOf(target);
  await execute('block-commit', {
    'job-id': id, device: device || node,
    ...(Number(inserted?.backing_file_depth) > 1 && { base: inserted?.backing_file }),
  });
  const base = inserted?.backing_file ?? 'the backing image';
  return `job ${id} writes into ${base}; once it is ready, block_job_complete ${id} goes on with ${base}, block_job_cancel ${id} stays\n`;
}

/** What the job has written down stays there when it is stopped as soon as it is ready, and so does the image above. */
async function commitNow(target: BlockTarget, monitor: HmpMonitor): Promise<string> {
  const id = jobIdOf(target);
  const jobs = (await monitor.execute('query-block-jobs')) as { readonly device: string }[];
  if (jobs.some(({ device }) => device === id)) throw refusal(`'commit' error for '${id}': Device or resource busy`);
  await startJob(target, monitor);
  await waitForJob(id, monitor, 'ready');
  await monitor.execute('block-job-cancel', { device: id });
  await waitForJob(id, monitor, 'gone');
  return '';
}

const refusal = (message: string) => new HmpError('unavailable', message);
