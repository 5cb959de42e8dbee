import type { AccountingOptions } from '../block/accounting.ts';
import type { ErrorAction } from '../block/backend.ts';
import type { NodeOptions } from '../block/node-state.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import type { DriveDescription } from './description.ts';
import { parseStatsOptions } from './stats-options.ts';

/** How a drive's media are opened; kept over a change of medium. */
export interface RootState {
  readonly readOnly: boolean;
  readonly detectZeroes: NodeOptions['detectZeroes'];
  readonly discard: NodeOptions['discard'];
  readonly cache: NodeOptions['cache'];
}

/** What a `-drive` says beyond its place and its file. */
export interface DriveSettings {
  readonly rootState: RootState;
  readonly onReadError: ErrorAction;
  readonly onWriteError: ErrorAction;
  readonly statistics?: AccountingOptions;
}

const CACHE_MODES: Readonly<Record<string, NodeOptions['cache']>> = {
  none: { direct: true, noFlush: false, writeback: true },
  writeback: { direct: false, noFlush: false, writeback: true },
  writethrough: { direct: false, noFlush: false, writeback: false },
  directsync: { direct: true, noFlush: false, writeback: false },
  unsafe: { direct: false, noFlush: true, writeback: true },
};

/** Reads the options of a drive. @throws QapiError in QEMU's words */
export function driveSettings(drive: DriveDescription): DriveSettings {
  checkErrorOptions(drive);
  const discard = oneOf(drive.discard ?? 'ignore', ['ignore', 'off', 'unmap', 'on'], () => 'Invalid discard option');
  const detectZeroes = oneOf(drive['detect-zeroes'] ?? 'off', ['off', 'on', 'unmap'], (value) => `invalid parameter value: ${value}`);
  const unmap = discard === 'unmap' || discard === 'on';
  if (detectZeroes === 'unmap' && !unmap) {
    throw new QapiError('setting detect-zeroes to unmap is not allowed without setting discard operation to unmap');
  }
  return {
    rootState: {
      readOnly: readOnlyOf(drive),
      detectZeroes, discard: unmap ? 'unmap' : 'ignore', cache: cacheOf(drive),
    },
    onReadError: oneOf(drive.rerror ?? 'report', ['ignore', 'stop', 'report'], (value) => `'${value}' invalid read error action`),
    onWriteError: oneOf(drive.werror ?? 'enospc', ['ignore', 'stop', 'report', 'enospc'], (value) => `'${value}' invalid write error action`),
    statistics: parseStatsOptions(drive),
  };
}

/** CDs are not written unless they are meant to be. */
function readOnlyOf(drive: DriveDescription): boolean {
  if (drive.readonly !== undefined && drive['read-only'] !== undefined) {
    throw new QapiError("'read-only' and its alias 'readonly' can't be used at the same time");
  }
  const given = drive['read-only'] ?? drive.readonly;
  return given === undefined ? drive.media === 'cdrom' : isOn(given, 'read-only');
}

/** Only the devices of some interfaces can act on errors. */
function checkErrorOptions(drive: DriveDescription): void {
  if (['ide', 'scsi', 'virtio', 'none'].includes(drive.if ?? 'ide')) return;
  for (const name of ['werror', 'rerror']) if (name in drive) throw new QapiError(`${name} is not supported by this bus type`);
}

function cacheOf(drive: DriveDescription): NodeOptions['cache'] {
  const mode = CACHE_MODES[drive.cache ?? 'writeback'];
  if (mode === undefined) throw new QapiError('invalid cache option');
  return {
    direct: isOn(drive['cache.direct'] ?? mode.direct, 'cache.direct'),
    noFlush: isOn(drive['cache.no-flush'] ?? mode.noFlush, 'cache.no-flush'),
    writeback: isOn(drive['cache.writeback'] ?? mode.writeback, 'cache.writeback'),
  };
}

function isOn(value: unknown, name: string): boolean {
  if (value === true || value === 'on') return true;
  if (value === false || value === 'off') return false;
  throw new QapiError(`Parameter '${name}' expects 'on' or 'off'`);
}

function oneOf<T extends string>(value: string, allowed: readonly T[], refusal: (value: string) => string): T {
  if (!allowed.includes(value as T)) throw new QapiError(refusal(value));
  return value as T;
}
