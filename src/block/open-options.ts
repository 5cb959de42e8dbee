import { QapiError } from '../qapi/qapi-error.ts';
import { checkArguments } from '../qapi/check.ts';
import { blockdevOptions } from '../qapi/types/blockdev-options.ts';
import { nestDottedKeys } from './dotted-keys.ts';
import type { BlockDriver } from './driver.ts';
import type { NodeOptions } from './node-state.ts';

export type OptionTree = Readonly<Record<string, unknown>>;

/** What a node's options are where nothing is said: given by its parent. */
export interface Inherited {
  readonly readOnly: boolean;
  readonly autoReadOnly: boolean;
  readonly discard: NodeOptions['discard'];
  readonly cache: { readonly direct: boolean; readonly noFlush: boolean };
  readonly forceShare: boolean;
}

export const nothingInherited: Inherited = {
  readOnly: false, autoReadOnly: false, discard: 'ignore', cache: { direct: false, noFlush: false }, forceShare: false,
};

/** Flat or nested options as a checked tree. @throws QapiError in QEMU's words */
export function parseOpenOptions(options: OptionTree): OptionTree {
  return checkArguments(blockdevOptions, nestDottedKeys(options));
}

/** What one level of the tree says for every driver. @throws QapiError when the members contradict each other */
export function nodeOptions(options: OptionTree, inherited: Inherited): NodeOptions {
  const parsed = effectiveOptions(options, inherited);
  checkDetectZeroes(parsed);
  if (parsed.forceShare === true && !parsed.readOnly) throw new QapiError('force-share=on can only be used with read-only images');
  return parsed;
}

/** @throws QapiError when zeroes are to be discarded that may not be */
export function checkDetectZeroes({ detectZeroes, discard }: NodeOptions): void {
  if (detectZeroes !== 'unmap' || discard === 'unmap') return;
  throw new QapiError('setting detect-zeroes to unmap is not allowed without setting discard operation to unmap');
}

/** What one level of the tree comes to, unchecked. */
export function effectiveOptions(options: OptionTree, inherited: Inherited): NodeOptions {
  const cache = (options.cache ?? {}) as { direct?: boolean; 'no-flush'?: boolean };
  return {
    readOnly: (options['read-only'] as boolean | undefined) ?? inherited.readOnly,
    autoReadOnly: (options['auto-read-only'] as boolean | undefined) ?? inherited.autoReadOnly,
    discard: (options.discard as NodeOptions['discard'] | undefined) ?? inherited.discard,
    detectZeroes: (options['detect-zeroes'] as NodeOptions['detectZeroes'] | undefined) ?? 'off',
    cache: { direct: cache.direct ?? inherited.cache.direct, noFlush: cache['no-flush'] ?? inherited.cache.noFlush, writeback: true },
    forceShare: (options['force-share'] as boolean | undefined) ?? inherited.forceShare,
  };
}

/** What a child inherits: files pass discards on, backing images are not written. */
export function inheritedBy(slot: string, { readOnly, autoReadOnly, cache, forceShare = false }: NodeOptions): Inherited {
  if (slot === 'backing') return { readOnly: true, autoReadOnly: false, discard: 'ignore', cache, forceShare };
  return { readOnly, autoReadOnly, discard: 'unmap', cache, forceShare };
}

const EVERY_NODE = new Set(['driver', 'node-name', 'discard', 'cache', 'read-only', 'auto-read-only', 'force-share', 'detect-zeroes', 'backing']);

/** The members that are not children. */
export function ownOptions(options: OptionTree, driver: BlockDriver): OptionTree {
  const slots = new Set([...driver.children.map((child) => child.name), 'backing']);
  return Object.fromEntries(Object.entries(options).filter(([name]) => !slots.has(name)));
}

/** The members that are the driver's own business. */
export function driverOptions(options: OptionTree, driver: BlockDriver): Record<string, unknown> {
  const slots = new Set(driver.children.map((child) => child.name));
  return Object.fromEntries(Object.entries(options).filter(([name]) => !EVERY_NODE.has(name) && !slots.has(name)));
}
