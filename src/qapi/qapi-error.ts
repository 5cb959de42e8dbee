/** The error classes of the wire; nearly every error is a GenericError. */
export type QapiErrorClass = 'GenericError' | 'CommandNotFound' | 'DeviceNotActive' | 'DeviceNotFound' | 'KVMMissingCap';

/** A control-path error: what a QMP client receives as `{"error": {"class", "desc"}}`. */
export class QapiError extends Error {
  readonly class: QapiErrorClass;
  readonly #hint: string | undefined;

  constructor(desc: string, options: { class?: QapiErrorClass; cause?: unknown; hint?: string } = {}) {
    super(desc, { cause: options.cause });
    this.name = 'QapiError';
    this.class = options.class ?? 'GenericError';
    this.#hint = options.hint;
  }

  /** The text that goes over the wire. */
  get desc(): string {
    return this.message;
  }

  /** One more line for people, never on the wire; an error that another one caused has its hint. */
  get hint(): string | undefined {
    return this.#hint ?? (this.cause instanceof QapiError ? this.cause.hint : undefined);
  }
}
