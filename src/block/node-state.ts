import type { ChildRoutes } from './child-routes.ts';
import type { BlockDriver, OpenImage } from './driver.ts';
import type { ImageOpener } from './image-opener.ts';
import type { BlockNode } from './node.ts';
import type { OptionTree } from './open-options.ts';

/** What was asked of a node when it was opened, beyond its driver's own options. */
export interface NodeOptions {
  readonly readOnly: boolean;
  readonly autoReadOnly: boolean;
  readonly discard: 'ignore' | 'unmap';
  readonly detectZeroes: 'off' | 'on' | 'unmap';
  readonly cache: { readonly direct: boolean; readonly noFlush: boolean; readonly writeback: boolean };
  /** Others may do with the image what they like. */
  readonly forceShare?: boolean;
}

/** What a reopened node goes on with, apart from its children. */
export interface NodeState {
  readonly image: OpenImage;
  /** The image is open for reading only: to be written, it has to be opened again. */
  readonly isImageReadOnly: boolean;
  readonly options: NodeOptions;
  /** The options that were given, children not included; what is absent was inherited or has its default value. */
  readonly explicit: OptionTree;
  /** Those of them that are the driver's own. */
  readonly given: Readonly<Record<string, unknown>>;
}

/** What a node is to become when it is reopened. */
export interface NodeTarget extends Pick<NodeState, 'options' | 'explicit' | 'given'> {
  readonly readOnly: boolean;
  /** Children to change, by slot; undefined takes one away. */
  readonly links: ReadonlyMap<string, BlockNode | undefined>;
}

export interface NodeInit extends Omit<NodeState, 'isImageReadOnly'> {
  readonly name: string;
  readonly driver: BlockDriver;
  readonly readOnly: boolean;
  readonly children: ReadonlyMap<string, BlockNode>;
  /** The image's ways to the children. */
  readonly routes: ChildRoutes;
  /** Opens the image again, when the node is to go on with another opening of it. */
  readonly opener: ImageOpener;
  /** Who has held the children until now, with the same claims. */
  readonly heldBy?: object;
  /** Drops one reference to a node that this one no longer holds. */
  readonly release: (node: BlockNode) => Promise<void>;
}
