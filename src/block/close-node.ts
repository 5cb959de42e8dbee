import type { BlockNode } from './node.ts';

/** Flushes and closes a node's image once no request is in flight; all is released even when the flush fails, which then rejects. */
export async function closeNode(node: BlockNode): Promise<void> {
  const flushed = await settle(node.io.flush());
  const closed = await settle(node.drained(() => node.image.close()));
  const failure = flushed ?? closed;
  if (failure !== undefined) throw failure.error;
}

async function settle(work: Promise<void>): Promise<{ error: unknown } | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return { error };
  }
}
