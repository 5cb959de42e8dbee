import type { CorruptionReport } from '../../driver.ts';
import { IoError } from '../../io-error.ts';
import type { IoOperation } from '../../io-error.ts';
import type { Header } from './header.ts';
import { FIELD, INCOMPATIBLE } from './header.ts';
import type { ImageFile } from './image-file.ts';

/** Bytes in the file. */
interface Where {
  readonly offset?: number;
  readonly length?: number;
}

/** What is known of damage to one open image: the first fatal finding closes it to all further requests. */
export class Corruption {
  /** Called once for the first finding of each severity. */
  onCorruption: ((report: CorruptionReport) => void) | undefined;
  readonly #file: ImageFile;
  readonly #header: Header;
  readonly #readOnly: boolean;
  #isFatal = false;
  #isReported = false;

  constructor(file: ImageFile, header: Header, readOnly: boolean) {
    this.#file = file;
    this.#header = header;
    this.#readOnly = readOnly;
  }

  get isFatal(): boolean {
    return this.#isFatal;
  }

  /** @throws IoError ENOMEDIUM once the image was found to be damaged, as QEMU does. */
  checkUsable(operation: IoOperation): void {
    if (this.#isFatal) throw new IoError('ENOMEDIUM', operation);
  }

  /** Reports damage that does not stop the image from being used. */
  report(message: string, where: Where = {}): void {
    if (this.#isReported) return;
    this.#isReported = true;
    this.onCorruption?.({ message, fatal: false, ...where });
  }

  /**
   * Closes the image to further requests, marks it corrupt on disk and returns the error for the request that found it.
   * What is only read goes on: nothing can get worse.
   */
  async fatal(operation: IoOperation, message: string, where: Where = {}): Promise<IoError> {
    const error = new IoError('EIO', operation);
    if (this.#isFatal) return error;
    if (this.#readOnly) {
      this.report(message, where);
      return error;
    }
    this.#isFatal = true;
    this.onCorruption?.({ message, fatal: true, ...where });
    if (this.#header.version === 2) return error;
    this.#header.incompatibleFeatures |= INCOMPATIBLE.corrupt;
    const bits = Buffer.alloc(8);
    bits.writeBigUInt64BE(this.#header.incompatibleFeatures);
    await this.#file.write(FIELD.incompatibleFeatures, bits);
    return error;
  }

  /** The same for a write that would hit the metadata that QEMU calls `hit`. */
  overlap(hit: string, offset: number, length: number): Promise<IoError> {
    return this.fatal('write', `Preventing invalid write on metadata (overlaps with ${hit})`, { offset, length });
  }
}
