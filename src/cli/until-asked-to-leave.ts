const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Resolves with 128 + the signal's number at the first signal, or with 0 once `quit` resolves. */
export async function untilAskedToLeave(quit: Promise<void>): Promise<number> {
  const numbers = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 };
  const { promise, resolve } = deferred<number>();
  const handlers = SIGNALS.map((signal) => [signal, () => resolve(128 + numbers[signal])] as const);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  try {
    return await Promise.race([promise, quit.then(() => 0)]);
  } finally {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  }
}

/** A promise with its resolver outside (Node 20 lacks Promise.withResolvers). */
export function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
