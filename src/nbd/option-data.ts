import { MAX_STRING } from './protocol.ts';

/** The client's data for an option do not have the form that the option wants. */
export class OptionDataError extends Error {
  override readonly name = 'OptionDataError';
}

/** Reads the parts of an option's data one after the other. */
export class OptionData {
  readonly #data: Buffer;
  #at = 0;

  constructor(data: Buffer) {
    this.#data = data;
  }

  uint16(): number {
    return this.#take(2).readUInt16BE();
  }

  uint32(): number {
    return this.#take(4).readUInt32BE();
  }

  /** A string behind its length. */
  string(): string {
    const length = this.uint32();
    if (length > MAX_STRING) throw new OptionDataError(`a name has at most ${MAX_STRING} bytes`);
    return this.#take(length).toString();
  }

  end(): void {
    if (this.#at < this.#data.length) throw new OptionDataError('there are more data than the option has');
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#data.length) throw new OptionDataError('the data end too early');
    const part = this.#data.subarray(this.#at, end);
    this.#at = end;
    return part;
  }
}
