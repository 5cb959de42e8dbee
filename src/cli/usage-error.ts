import { QapiError } from '../qapi/qapi-error.ts';

/** A wrong command line or an unusable target: printed as one line, exit status 2 (1 for `serve` on a bad drive). */
export class UsageError extends Error {
  readonly exitStatus: number;

  constructor(message: string, exitStatus = 2) {
    super(message);
    this.name = 'UsageError';
    this.exitStatus = exitStatus;
  }
}

/** The end of a start whose images cannot be opened: QEMU's message, and its hint on a line of its own. */
export function startFailure(error: Error): UsageError {
  const hint = error instanceof QapiError ? error.hint : undefined;
  return new UsageError(hint === undefined ? error.message : `${error.message}\n${hint}`, 1);
}
