/** The error classes of the wire; nearly every error is a GenericError. */
export type QapiErrorClass = 'GenericError' | 'CommandNotFound' | 'DeviceNotActive' | 'DeviceNotFound' | 'KVMMissingCap';

/** A control-path error: what a QMP client receives as `{"error": {"class", "desc"}}`. */
export class QapiError extends Error {
  readonly class: QapiErrorClass;

  constructor(desc: string, options: { class?: QapiErrorClass; cause?: unknown } = {}) {
    super(desc, { cause: options.cause });
    this.name = 'QapiError';
    this.class = options.class ?? 'GenericError';
  }

  /** The text that goes over the wire. */
  get desc(): string {
    return this.message;
  }
}
