import type { OpenImage } from './driver.ts';
import type { BlockNode } from './node.ts';

/** Opens the image of a node that is open for reading once more, for writing. @throws QapiError when the host or the driver refuses */
export function openForWriting({ driver, given, options, children }: BlockNode): Promise<OpenImage> {
  const layers = [...children].filter(([slot]) => slot !== 'backing').map(([slot, child]) => [slot, child.io] as const);
  return driver.open({
    options: given, readOnly: false, unmap: options.discard === 'unmap', cache: options.cache, children: Object.fromEntries(layers),
  });
}
