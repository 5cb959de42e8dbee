import { QapiError } from '../../../qapi/qapi-error.ts';
import type { InferMembers } from '../../../qapi/schema.ts';
import { alternate, bool, described, enumeration, int, struct } from '../../../qapi/schema.ts';
import type { qcow2CreateOptions } from '../../../qapi/types/blockdev-create-options.ts';
import type { ReleaseReason } from './cluster-release.ts';
import type { Header } from './header.ts';
import { COMPATIBLE } from './header.ts';
import type { MetadataSection } from './overlap-check.ts';

const overlapMode = enumeration('Qcow2OverlapCheckMode', ['none', 'constant', 'cached', 'all']);

const overlapFlags = struct('Qcow2OverlapCheckFlags', {
  '*template': overlapMode, '*main-header': bool, '*active-l1': bool, '*active-l2': bool, '*refcount-table': bool,
  '*refcount-block': bool, '*snapshot-table': bool, '*inactive-l1': bool, '*inactive-l2': bool,
  '*bitmap-directory': bool,
});

type OverlapMode = 'none' | 'constant' | 'cached' | 'all';
type OverlapFlags = { readonly template?: OverlapMode } & { readonly [Section in MetadataSection]?: boolean };

/** The members of BlockdevOptionsQcow2 that are not children. */
export const qcow2Options = {
  '*lazy-refcounts': described(bool, 'postpone refcount updates; accepted, refcounts are always kept'),
  '*pass-discard-request': described(bool, 'give the space of discarded clusters back to the file (default: as discard=unmap says)'),
  '*pass-discard-snapshot': described(bool, 'give back space that a snapshot operation frees (default: true)'),
  '*pass-discard-other': described(bool, 'give back space that is freed otherwise (default: false)'),
  '*overlap-check': described(
    alternate<OverlapMode | OverlapFlags>('Qcow2OverlapChecks', { flags: overlapFlags, mode: overlapMode }),
    'which metadata is guarded against being overwritten (default: cached)',
  ),
  '*cache-size': described(int, 'bytes of L2 and refcount cache together'),
  '*l2-cache-size': described(int, 'bytes of L2 tables kept in memory (default: 32 MiB)'),
  '*l2-cache-entry-size': described(int, 'bytes per entry of the L2 cache; checked, whole clusters are kept'),
  '*refcount-cache-size': described(int, 'bytes of refcount blocks kept in memory'),
  '*cache-clean-interval': described(int, 'seconds after which unused tables leave memory; 0: never (default: 600)'),
} as const;

/** Checked options for opening. */
export type Qcow2Options = InferMembers<typeof qcow2Options>;

/** Checked options for creating. */
export type Qcow2CreateOptions = InferMembers<typeof qcow2CreateOptions>;

/** What the options come to for one image. */
export interface Settings {
  /** L2 tables kept in memory. */
  readonly l2Tables: number;
  /** Refcount blocks kept in memory. */
  readonly refcountBlocks: number;
  readonly passDiscard: ReadonlySet<ReleaseReason>;
  readonly guarded: ReadonlySet<MetadataSection>;
  readonly cacheCleanSeconds: number;
}

const MIB = 2 ** 20;
const DEFAULT_L2_BYTES = 32 * MIB;
const DEFAULT_REFCOUNT_BYTES = MIB;
const MIN_L2_TABLES = 2;
const MIN_REFCOUNT_BLOCKS = 4;
const SMALLEST_ENTRY = 512;
const MAX_TABLES = 2 ** 31 - 1;
const MAX_SECONDS = 2 ** 32 - 1;
const CLEAN_SECONDS = 600;

const CONSTANT: readonly MetadataSection[] = ['main-header', 'active-l1', 'refcount-table', 'snapshot-table', 'bitmap-directory'];
const CACHED: readonly MetadataSection[] = [...CONSTANT, 'active-l2', 'refcount-block', 'inactive-l1'];
const TEMPLATES: Readonly<Record<OverlapMode, readonly MetadataSection[]>> = {
  none: [], constant: CONSTANT, cached: CACHED, all: [...CACHED, 'inactive-l2'],
};

/**
 * Turns options into settings.
 * @throws QapiError in QEMU's words when they contradict each other or the image
 */
export function settingsOf(options: Qcow2Options, header: Header, unmap: boolean): Settings {
  const clusterSize = 2 ** header.clusterBits;
  checkEntrySize(Number(options['l2-cache-entry-size'] ?? clusterSize), clusterSize);
  const { l2Bytes, refcountBytes } = cacheSizes(options, clusterSize);
  const l2Tables = Math.max(MIN_L2_TABLES, Math.floor(l2Bytes / clusterSize));
  const refcountBlocks = Math.max(MIN_REFCOUNT_BLOCKS, Math.floor(refcountBytes / clusterSize));
  if (l2Tables > MAX_TABLES) throw new QapiError('L2 cache size too big');
  if (refcountBlocks > MAX_TABLES) throw new QapiError('Refcount cache size too big');
  const cacheCleanSeconds = Number(options['cache-clean-interval'] ?? CLEAN_SECONDS);
  if (cacheCleanSeconds < 0 || cacheCleanSeconds > MAX_SECONDS) throw new QapiError('Cache clean interval too big');
  checkLazyRefcounts(options, header);
  return { l2Tables, refcountBlocks, passDiscard: passDiscardOf(options, unmap), guarded: guardedOf(options['overlap-check']), cacheCleanSeconds };
}

/** Whether the image says that refcounts may lag behind. */
export function hasLazyRefcounts(header: Header): boolean {
  return (header.compatibleFeatures & COMPATIBLE.lazyRefcounts) !== 0n;
}

function checkLazyRefcounts(options: Qcow2Options, header: Header): void {
  if (options['lazy-refcounts'] === true && header.version === 2) {
    throw new QapiError('Lazy refcounts require a qcow2 image with at least qemu 1.1 compatibility level');
  }
}

function checkEntrySize(bytes: number, clusterSize: number): void {
  if (bytes >= SMALLEST_ENTRY && bytes <= clusterSize && Number.isInteger(Math.log2(bytes))) return;
  throw new QapiError(`L2 cache entry size must be a power of two between ${SMALLEST_ENTRY} and the cluster size (${clusterSize})`);
}

function cacheSizes(options: Qcow2Options, clusterSize: number): { l2Bytes: number; refcountBytes: number } {
  const bytes = (name: 'cache-size' | 'l2-cache-size' | 'refcount-cache-size'): number | undefined =>
    options[name] === undefined ? undefined : Number(BigInt.asUintN(64, BigInt(options[name])));
  const total = bytes('cache-size');
  const l2 = bytes('l2-cache-size');
  const refcount = bytes('refcount-cache-size');
  if (total === undefined) return { l2Bytes: l2 ?? DEFAULT_L2_BYTES, refcountBytes: refcount ?? DEFAULT_REFCOUNT_BYTES };
  if (l2 !== undefined && refcount !== undefined) {
    throw new QapiError('cache-size, l2-cache-size and refcount-cache-size may not be set at the same time');
  }
  if (l2 !== undefined && l2 > total) throw new QapiError('l2-cache-size may not exceed cache-size');
  if (refcount !== undefined && refcount > total) throw new QapiError('refcount-cache-size may not exceed cache-size');
  const refcountBytes = refcount ?? (l2 === undefined ? Math.min(total, MIN_REFCOUNT_BLOCKS * clusterSize) : total - l2);
  return { l2Bytes: l2 ?? total - refcountBytes, refcountBytes };
}

function passDiscardOf(options: Qcow2Options, unmap: boolean): ReadonlySet<ReleaseReason> {
  const passed = new Set<ReleaseReason>(['always']);
  if (options['pass-discard-request'] ?? unmap) passed.add('request');
  if (options['pass-discard-snapshot'] ?? true) passed.add('snapshot');
  if (options['pass-discard-other'] ?? false) passed.add('other');
  return passed;
}

function guardedOf(option: OverlapMode | OverlapFlags | undefined): ReadonlySet<MetadataSection> {
  const flags: OverlapFlags = typeof option === 'object' ? option : { template: option };
  const { template = 'cached', ...chosen } = flags;
  const guarded = new Set(TEMPLATES[template]);
  for (const [section, isChosen] of Object.entries(chosen) as [MetadataSection, boolean | undefined][]) {
    if (isChosen === true) guarded.add(section);
    else if (isChosen === false) guarded.delete(section);
  }
  return guarded;
}
