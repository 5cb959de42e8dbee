/**
 * Runs `body`, which starts pieces of work without awaiting them, waits until every piece has ended,
 * and only then fails with the first error: nobody touches the caller's buffer afterwards.
 */
export async function joinWork(body: (start: (work: Promise<void>) => void) => Promise<void>): Promise<void> {
  const pieces: Promise<void>[] = [];
  let failure: { error: unknown } | undefined;
  const fail = (error: unknown): void => {
    failure ??= { error };
  };
  await body((work) => pieces.push(work.catch(fail))).catch(fail);
  await Promise.all(pieces);
  if (failure !== undefined) throw failure.error;
}
