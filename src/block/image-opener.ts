import type { ChildRoutes } from './child-routes.ts';
import type { BlockDriver, BlockIo, OpenImage } from './driver.ts';
import type { BlockNode } from './node.ts';
import type { NodeOptions } from './node-state.ts';
import type { ThrottleGroups } from './throttle-groups.ts';

/** What a node's image is opened with, the first time or again. */
export interface ImageRequest {
  readonly options: NodeOptions;
  /** The driver's own options. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly readOnly: boolean;
  /** A backing node among them is left out. */
  readonly children: ReadonlyMap<string, BlockNode>;
  /** The open image in whose place the new one will be. */
  readonly former?: OpenImage;
}

/** Opens the image of one node. @throws QapiError or IoError when the driver or the host refuses */
export type ImageOpener = (request: ImageRequest) => Promise<OpenImage>;

/** What stays the same however often the image is opened. */
interface Surroundings {
  readonly probed?: boolean;
  readonly routes: ChildRoutes;
  readonly throttleGroups: ThrottleGroups;
}

export function imageOpener(driver: BlockDriver, { probed, routes, throttleGroups }: Surroundings): ImageOpener {
  return ({ options, given, readOnly, children, former }) => driver.open({
    options: given, readOnly, unmap: options.discard === 'unmap', cache: options.cache, probed, throttleGroups, former,
    children: Object.fromEntries([...children].filter(([slot]) => slot !== 'backing').map(([slot, child]) => [slot, routes.to(child.io)])),
    layers: (slot) => layersOf(children.get(slot)),
  });
}

function layersOf(child: BlockNode | undefined): { name: string; io: BlockIo }[] {
  return child === undefined ? [] : [child, ...child.backingChain].map(({ name, io }) => ({ name, io }));
}
