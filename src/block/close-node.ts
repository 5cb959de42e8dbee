import { QapiError } from '../qapi/qapi-error.ts';
import { IoError } from './io-error.ts';
import type { BlockNode } from './node.ts';

/**
 * Flushes and closes a node's image once no request is in flight; all is released even when the flush fails.
 * @throws QapiError that names the image which could not be flushed
 */
export async function closeNode(node: BlockNode): Promise<void> {
  letGo(node);
  const flushed = await settle(node.io.flush());
  const closed = await settle(node.drained(() => node.image.close()));
  const failure = flushed ?? closed;
  if (failure !== undefined) throw named(node, failure.error);
}

/** What debugging has stopped must not keep an image open. */
function letGo(node: BlockNode): void {
  node.image.breakpoints?.resumeAll();
  for (const child of node.children.values()) letGo(child);
}

async function settle(work: Promise<void>): Promise<{ error: unknown } | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return { error };
  }
}

function named(node: BlockNode, error: unknown): unknown {
  return error instanceof IoError ? new QapiError(`Could not flush '${node.filename}': ${error.message}`, { cause: error }) : error;
}
