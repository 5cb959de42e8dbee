import { IoError } from './io-error.ts';
import type { IoOperation } from './io-error.ts';

/** The errno's name of a host error; EIO for one without. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'EIO';
}

/** Awaits host work; its failure becomes an IoError with the same errno. */
export async function onHost<T>(operation: IoOperation, offset: number, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new IoError(codeOf(error), operation, { offset, cause: error });
  }
}
