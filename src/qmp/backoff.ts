const shortestMs = 250;
const longestMs = 10_000;

/** Milliseconds before the given attempt (from 1): doubles up to 10 s; half of it is chance, so that clients do not march in step. */
export function retryDelayMs(attempt: number, random: () => number = Math.random): number {
  const span = Math.min(longestMs, shortestMs * 2 ** attempt);
  return Math.round(span / 2 + (random() * span) / 2);
}
