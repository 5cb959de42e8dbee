import type { Engine } from '../engine/engine.ts';

/** After that long people are told what closing waits for; then it is waited for a while longer. */
const QUIET_MS = 2000;
const PATIENCE_MS = 10_000;
const FLUSH_MS = 3000;

/**
 * Closes an engine. What still runs after some seconds is named; after some more its end is not waited for any longer:
 * all that was acknowledged is written out where that can be done, and the process ends by SIGTERM, since a system call
 * that hangs would keep it from exiting.
 */
export async function closeInTime(engine: Engine, note: (text: string) => void): Promise<void> {
  const closed = engine.close();
  if (await endsWithin(closed, QUIET_MS)) return;
  note(`waiting for ${engine.unfinished().join(', ')}; leaving without it in ${PATIENCE_MS / 1000} s`);
  if (await endsWithin(closed, PATIENCE_MS)) return;
  const flushing = engine.flush();
  const isFlushed = await endsWithin(flushing.then(() => undefined), FLUSH_MS);
  const failed = isFlushed ? await flushing : undefined;
  note(`left while this still ran: ${engine.unfinished().join(', ')}; ` + (failed === undefined
    ? 'not every image could be flushed'
    : failed.length > 0 ? `could not be flushed: ${failed.join(', ')}` : 'what was acknowledged is in the images'));
  process.removeAllListeners('SIGTERM');
  process.kill(process.pid, 'SIGTERM');
}

/** Whether the work ends in time. @throws what the work throws */
async function endsWithin(work: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
