import { theme } from '../theme.ts';

/** The way of a job that goes well; `ready` is on it where a job waits to be told to switch over. */
const way = ['created', 'running', 'ready', 'waiting', 'pending', 'concluded'];
/** States in which a job rests, and the one that it goes on with. */
const resting: Readonly<Record<string, string>> = { paused: 'running', standby: 'ready' };
const waitsWhenReady = new Set(['mirror', 'commit', 'active-commit']);

/** Where a job stands in its life: 'created → [running] → ready → ...'; brackets, not only colours, mark the place. */
export function jobPath({ type, state }: { readonly type: string; readonly state: string }, passed: readonly string[]): string {
  const hasReady = passed.includes('ready') || waitsWhenReady.has(type) || state === 'ready' || state === 'standby';
  const normal = way.filter((step) => step !== 'ready' || hasReady);
  const isLeaving = state === 'aborting' || passed.includes('aborting');
  const steps = isLeaving ? [...normal.filter((step) => passed.includes(step) && step !== 'concluded'), 'aborting', 'concluded'] : normal;
  const place = resting[state] ?? state;
  const at = steps.indexOf(place);
  return steps.map((step, index) => {
    if (index !== at) return index < at ? step : theme.dim(step);
    return theme.accent(`[${place === state ? step : `${step}, ${state}`}]`);
  }).join(theme.dim(' → '));
}
