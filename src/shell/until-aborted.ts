/** What comes first: the work's result, or undefined because the signal says to stop. The work itself goes on, and nobody hears of it. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  let stop: () => void = () => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Waits so many milliseconds, or until the signal says to stop. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await untilAborted(new Promise<void>((resolve) => { timer = setTimeout(resolve, milliseconds); }), signal);
  clearTimeout(timer);
}
