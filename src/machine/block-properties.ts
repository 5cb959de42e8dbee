import type { ErrorAction } from '../block/backend.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import { ERROR_ACTIONS } from './device-properties.ts';
import type { PropertyValues } from './device-properties.ts';
import type { Drive } from './drive.ts';

const SECTOR = 512;
const LONGEST_QUEUE = 1024;

/** Checks what a disk's properties say together. @throws QapiError in QEMU's words */
export function checkBlockProperties(values: PropertyValues): void {
  const number = (name: string) => Number(values.get(name) ?? 0);
  if (values.get('num-queues') === 0) throw new QapiError('num-queues property must be larger than 0');
  if (values.has('queue-size')) checkQueue(number('queue-size'));
  const logical = number('logical_block_size') || SECTOR;
  const physical = number('physical_block_size') || SECTOR;
  if (logical > physical) throw new QapiError('logical_block_size > physical_block_size not supported');
  for (const name of ['min_io_size', 'opt_io_size', 'discard_granularity']) {
    if (number(name) % logical !== 0) throw new QapiError(`${name} must be a multiple of logical_block_size`);
  }
}

function checkQueue(size: number): void {
  if (size <= 2) throw new QapiError(`invalid queue-size property (${size}), must be > 2`);
  if ((size & (size - 1)) !== 0 || size > LONGEST_QUEUE) {
    throw new QapiError(`invalid queue-size property (${size}), must be a power of 2 (max ${LONGEST_QUEUE})`);
  }
}

/** The policy that a device sets for its drive; undefined leaves the drive its own. */
function errorAction(value: unknown): ErrorAction | undefined {
  return value === 'auto' ? undefined : ERROR_ACTIONS.find((action) => action === value);
}

/** What the device in front says goes before what its drive says: error policies and write cache. */
export function applyBlockProperties(drive: Drive, values: PropertyValues): void {
  const { backend } = drive;
  backend.onReadError = errorAction(values.get('rerror')) ?? backend.onReadError;
  backend.onWriteError = errorAction(values.get('werror')) ?? backend.onWriteError;
  const writeCache = values.get('write-cache');
  if (writeCache === 'on' || writeCache === 'off') drive.writeCache = writeCache === 'on';
}
