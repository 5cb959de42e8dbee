const NUMBERS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;
type Signal = keyof typeof NUMBERS;

/** Signals often come twice at once, from a terminal and its shell; a later one means that closing takes too long. */
const PATIENCE_MS = 1000;

/**
 * Resolves with 128 + the signal's number at the first signal, or with 0 once `done` resolves.
 * It goes on listening, so that what is still to be closed can be closed: only a signal that comes a while later ends the program.
 * Signals in `except` mean something else to whoever is at work.
 */
export async function untilAskedToLeave(done: Promise<void>, except: readonly Signal[] = []): Promise<number> {
  const { promise, resolve } = deferred<number>();
  let firstAt: number | undefined;
  const signals = (Object.keys(NUMBERS) as Signal[]).filter((signal) => !except.includes(signal));
  const listeners = signals.map((signal) => [signal, () => {
    firstAt ??= performance.now();
    resolve(128 + NUMBERS[signal]);
    if (performance.now() - firstAt < PATIENCE_MS || signal === 'SIGHUP') return;
    off();
    process.kill(process.pid, signal);
  }] as const);
  const off = () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return Promise.race([promise, done.then(() => 0)]);
}

/** A promise with its resolver outside (Node 20 lacks Promise.withResolvers). */
export function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
