import { alternate, lazy, naming, nothing } from '../schema.ts';
import { blockdevOptions } from './blockdev-options.ts';
import type { BlockdevOptions } from './blockdev-options.ts';

/** A node: described in place, or the name of one that exists. */
export type BlockdevRef = BlockdevOptions | string;

const definition = lazy<BlockdevOptions>('BlockdevOptions', () => blockdevOptions);

export const blockdevRef = alternate<BlockdevRef>('BlockdevRef', { definition, reference: naming('node') });

/** As BlockdevRef; null means that there is to be none. */
export type BlockdevRefOrNull = BlockdevRef | null;

export const blockdevRefOrNull = alternate<BlockdevRefOrNull>('BlockdevRefOrNull', {
  definition,
  reference: naming('node'),
  null: nothing,
});
