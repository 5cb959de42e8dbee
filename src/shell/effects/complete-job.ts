import { jobId } from '../job-progress.ts';
import { canDo, jobState } from '../job-verbs.ts';
import type { Snapshot } from '../live-state.ts';
import { change, refusal } from './effect.ts';
import type { Effect } from './effect.ts';
import { fileOf, findImage, object, rows, textOf } from './live-facts.ts';
import type { Row } from './live-facts.ts';

/** What completing a job comes to: a mirror or commit goes on with another image. */
export function completeJob(job: Row | undefined, name: string, live: Snapshot): Effect {
  if (job === undefined) return refusal(`there is no job '${name}'`);
  const id = jobId(job);
  if (!canDo(job, 'complete')) return refusal(`job ${id} is ${jobState(job)}, and only a ready one can be completed`);
  const to = targetOf(id, live);
  const image = to === undefined ? undefined : findImage(to, live);
  const target = image === undefined ? 'its target' : fileOf(image);
  return change(String(job.type) === 'mirror' ? `pivots to ${target}` : `completes the ${String(job.type)} and goes on with its base`, id);
}

/** The node that the graph shows as the job's target. */
function targetOf(id: string, { graph }: Snapshot): string | undefined {
  const nodes = rows(object(graph).nodes);
  const job = nodes.find((node) => node.type === 'block-job' && node.name === id);
  const edge = rows(object(graph).edges).find(({ parent, name }) => parent === job?.id && name === 'target');
  const node = nodes.find((one) => one.id === edge?.child);
  return node === undefined ? undefined : textOf(node.name);
}
