import type { BlockBackend } from '../block/backend.ts';
import { IoError } from '../block/io-error.ts';

/** One request of a guest. */
export interface GuestRequest {
  readonly operation: 'read' | 'write';
  readonly offset: number;
  readonly buffer: Buffer;
}

/** Why requests failed, and what the drive's policy makes of it. */
export interface GuestFailure {
  readonly action: 'ignore' | 'report' | 'stop';
  readonly error: IoError;
}

/** Puts together the requests of a batch that follow one another on the medium, as virtio-blk does. All are of one operation. */
export function mergeNeighbours(batch: readonly GuestRequest[]): GuestRequest[][] {
  const runs: GuestRequest[][] = [];
  for (const request of [...batch].sort((one, other) => one.offset - other.offset)) {
    const last = runs.at(-1)?.at(-1);
    if (last !== undefined && last.offset + last.buffer.length === request.offset) runs.at(-1)!.push(request);
    else runs.push([request]);
  }
  return runs;
}

/**
 * Carries out neighbouring requests as one; each of them is counted. A failure that is ignored counts as a success, and one that
 * stops the machine does not count at all: the request is tried again when the machine goes on.
 */
export async function submit(backend: BlockBackend, run: readonly GuestRequest[]): Promise<GuestFailure | undefined> {
  const { accounting } = backend;
  const { operation, offset } = run[0]!;
  const start = accounting.start();
  accounting.merged(operation, run.length - 1);
  const failure = await transfer(backend, run).catch((error: unknown) => failureOf(backend, operation, asIoError(error, operation, offset)));
  for (const { buffer } of run) {
    if (failure === undefined || failure.action === 'ignore') accounting.done(operation, buffer.length, start);
    else if (failure.action === 'report') accounting.failed(operation, start);
  }
  return failure;
}

async function transfer(backend: BlockBackend, run: readonly GuestRequest[]): Promise<undefined> {
  const { operation, offset, buffer } = run[0]!;
  if (run.length === 1) return void await backend.transfer(operation, offset, buffer);
  const whole = Buffer.concat(run.map((request) => request.buffer));
  await backend.transfer(operation, offset, whole);
  if (operation === 'read') for (const request of run) whole.copy(request.buffer, 0, request.offset - offset);
}

function failureOf(backend: BlockBackend, operation: 'read' | 'write', error: IoError): GuestFailure {
  return { action: backend.errorAction(operation, error.code), error };
}

function asIoError(error: unknown, operation: 'read' | 'write', offset: number): IoError {
  return error instanceof IoError ? error : new IoError('EIO', operation, { offset, cause: error });
}
