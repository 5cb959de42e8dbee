import { setTimeout as sleep } from 'node:timers/promises';
import type { BlockJobInfo } from '../qapi/types/block-job-info.ts';
import { jobIdOf } from './block-names.ts';
import type { BlockNames } from './block-names.ts';
import type { HmpMonitor } from './define-hmp-command.ts';

/** The job that a name means: a job's id, or else a device or node that a job works on. An unknown name stays what it is. */
export async function findJob(name: string, { execute, names }: Pick<HmpMonitor, 'execute' | 'names'>): Promise<string> {
  const ids = ((await execute('query-block-jobs')) as BlockJobInfo[]).map(({ device }) => device);
  if (ids.includes(name)) return name;
  return (await idsOf(name, names)).find((id) => ids.includes(id)) ?? name;
}

async function idsOf(name: string, names: BlockNames): Promise<string[]> {
  const target = await names.find(name);
  return target === undefined ? [] : [jobIdOf(target), jobIdOf({ ...target, device: '' }), target.node ?? ''];
}

const POLL_MS = 10;

/** Resolves when the job is ready, or is there no more. */
export async function waitForJob(id: string, { execute }: Pick<HmpMonitor, 'execute'>, until: 'ready' | 'gone'): Promise<void> {
  for (;;) {
    const job = ((await execute('query-block-jobs')) as BlockJobInfo[]).find(({ device }) => device === id);
    if (job === undefined || (until === 'ready' && job.ready)) return;
    await sleep(POLL_MS);
  }
}
