/** A wrong command line or an unusable target: printed as one line, exit status 2 (1 for `serve` on a bad drive). */
export class UsageError extends Error {
  readonly exitStatus: number;

  constructor(message: string, exitStatus = 2) {
    super(message);
    this.name = 'UsageError';
    this.exitStatus = exitStatus;
  }
}
