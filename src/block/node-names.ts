import { QapiError } from '../qapi/qapi-error.ts';

const MAX_LENGTH = 31;
const WELL_FORMED = /^[A-Za-z][A-Za-z0-9\-._]*$/;

/** The node names of a graph, taken before the node is there: opening takes time, and two must not get the same name. */
export class NodeNames {
  readonly #taken = new Set<string>();
  readonly #isDevice: (name: string) => boolean;
  #generated = 0;

  constructor(isDevice: (name: string) => boolean) {
    this.#isDevice = isDevice;
  }

  /** Takes the name, or makes one up. @throws QapiError in QEMU's words when it is malformed or taken */
  take(wanted: string | undefined): string {
    const name = wanted ?? this.#generate();
    if (wanted !== undefined) this.check(wanted);
    this.#taken.add(name);
    return name;
  }

  free(name: string): void {
    this.#taken.delete(name);
  }

  /** @throws QapiError as take() */
  check(name: string): void {
    if (!WELL_FORMED.test(name)) throw new QapiError(`Invalid node-name: '${name}'`);
    if (this.#isDevice(name)) throw new QapiError(`node-name=${name} is conflicting with a device id`);
    if (this.#taken.has(name)) throw new QapiError(`Duplicate nodes with node-name='${name}'`);
    if (name.length > MAX_LENGTH) throw new QapiError('Node name too long');
  }

  /** As QEMU's: a counter and two random digits, and a first character that no given name has. */
  #generate(): string {
    return `#block${this.#generated++}${String(Math.floor(Math.random() * 100)).padStart(2, '0')}`;
  }
}
