import { storedBacking } from './filename.ts';
import type { BlockNode } from './node.ts';

/** What an image is to say of its backing file. */
export interface BackingReference {
  /** Written as it is. */
  readonly filename: string;
  readonly format: string;
}

/** Writes another backing file, or none, into the image's metadata; nothing is reopened. @throws IoError */
export async function rewriteBackingFile(node: BlockNode, backing: BackingReference | undefined): Promise<void> {
  await node.changeBackingFile(backing?.filename, backing?.format);
  // From now on the text itself, not the place that it means, is compared with the name of the node below.
  const stored = storedBacking(node);
  node.autoBacking = backing === undefined || stored === undefined ? undefined : { stored, shown: backing.filename };
}

/** Runs `work` on a node that can be written meanwhile: images below others are open for reading only. @throws QapiError when others forbid it */
export async function whileWritable(node: BlockNode, work: () => Promise<void>): Promise<void> {
  const wasReadOnly = node.readOnly;
  await node.setReadOnly(false);
  try {
    await work();
  } finally {
    await node.setReadOnly(wasReadOnly);
  }
}
