/** A line that cannot be carried out: what the monitor says about it, without line ends. */
export class HmpError extends Error {
  readonly reason: 'unknown command' | 'arguments' | 'unavailable';
  /** Where in the line it was noticed, counted from 0; for arguments only. */
  position?: number;

  constructor(reason: HmpError['reason'], message: string) {
    super(message);
    this.name = 'HmpError';
    this.reason = reason;
  }
}
