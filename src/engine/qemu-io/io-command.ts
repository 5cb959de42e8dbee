import { strerror } from '../../block/errnos.ts';
import { IoError } from '../../block/io-error.ts';
import type { IoArguments, IoSyntax } from './io-line.ts';
import type { IoTarget } from './io-target.ts';

/** One command of the qemu-io language. */
export interface IoCommand extends IoSyntax {
  /** Changes data: refused on a read-only medium. */
  readonly writes?: boolean;
  /** Resolves with what it prints. @throws IoLineError for arguments that make no sense, IoError when the request fails */
  readonly run: (args: IoArguments, target: IoTarget) => Promise<string>;
}

/** Runs a request and prints what became of it: `readv failed: Input/output error`. */
export async function reportFailure(verb: string, work: () => Promise<string>): Promise<string> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof IoError)) throw error;
    return `${verb} failed: ${strerror(error.code)}\n`;
  }
}

/** The time that a request took. */
export async function timed(work: () => Promise<void>): Promise<bigint> {
  const start = process.hrtime.bigint();
  await work();
  return process.hrtime.bigint() - start;
}
