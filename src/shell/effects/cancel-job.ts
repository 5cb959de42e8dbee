import { jobId, percentOf } from '../job-progress.ts';
import { canDo, jobState } from '../job-verbs.ts';
import { change, loss, refusal } from './effect.ts';
import type { Effect } from './effect.ts';
import { countOf, sizeText } from './live-facts.ts';
import type { Row } from './live-facts.ts';

/** What cancelling a job comes to; `force` breaks off a job that is ready, which else ends in peace and keeps its target. */
export function cancelJob(job: Row | undefined, name: string, force: boolean): Effect {
  if (job === undefined) return refusal(`there is no job '${name}'`);
  const id = jobId(job);
  const state = jobState(job);
  if (!canDo(job, 'cancel')) return refusal(`job ${id} is ${state}`);
  if (state === 'ready' || state === 'standby') return cancelReady(String(job.type), id, force);
  if (state === 'pending' || state === 'waiting') return loss(`undoes the ${String(job.type)} ${id}, which is done`, id, 'all that it has done is thrown away');
  const percent = percentOf(countOf(job.offset) ?? 0, countOf(job.len) ?? 0);
  const done = percent === undefined ? '' : ` at ${percent} %; ${sizeText(countOf(job.offset))} were done`;
  return change(`gives up the ${String(job.type)} ${id}${done}`, id);
}

function cancelReady(type: string, id: string, force: boolean): Effect {
  if (type === 'commit' || type === 'active-commit') {
    return loss(`ends the ready commit ${id}: the overlay stays in use`, id, 'the commit would have to be started again to drop the overlay');
  }
  if (force) return loss(`breaks off the ready ${type} ${id}: target is no copy`, id, 'what was copied last may be missing in the target');
  return loss(`cancels a ready ${type}: target stays behind as a copy`, id, 'switching over would need a new job');
}
