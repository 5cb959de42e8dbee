const shortestMs = 250;
const longestMs = 10_000;

/** Milliseconds before the given attempt (from 1): twice as long each time, up to 10 s; half of it is chance. */
export function retryDelayMs(attempt: number, random: () => number = Math.random): number {
  const span = Math.min(longestMs, shortestMs * 2 ** attempt);
  return Math.round(span / 2 + (random() * span) / 2);
}
