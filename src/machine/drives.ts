import type { Drive } from './drive.ts';
import type { GuestDevice } from './guest-device.ts';

/** The drives of a machine, each found by its name and by its device without a search. */
export class Drives implements Iterable<Drive> {
  readonly #all = new Set<Drive>();
  readonly #named = new Map<string, Drive>();
  /** By every name of the device in front. */
  readonly #behind = new Map<string, Drive>();

  constructor(drives: Iterable<Drive>) {
    for (const drive of drives) this.add(drive);
  }

  /** Oldest first. */
  [Symbol.iterator](): Iterator<Drive> {
    return this.#all.values();
  }

  /** Oldest first. */
  all(): Drive[] {
    return [...this.#all];
  }

  named(name: string): Drive | undefined {
    return this.#named.get(name);
  }

  /** The drive behind the guest device of this id or QOM path. */
  behind(idOrPath: string): Drive | undefined {
    return this.#behind.get(idOrPath);
  }

  add(drive: Drive): void {
    this.#all.add(drive);
    if (drive.backend.name !== '') this.#named.set(drive.backend.name, drive);
    for (const name of drive.device?.names ?? []) this.#behind.set(name, drive);
  }

  delete(drive: Drive): void {
    this.#all.delete(drive);
    this.#named.delete(drive.backend.name);
    for (const name of drive.device?.names ?? []) this.#behind.delete(name);
  }

  /** Puts a device in front of a drive. @throws QapiError when the medium's other users do not allow it */
  attach(drive: Drive, device: GuestDevice): void {
    drive.attach(device);
    for (const name of device.names) this.#behind.set(name, drive);
  }

  detach(drive: Drive): void {
    for (const name of drive.device?.names ?? []) this.#behind.delete(name);
    drive.detach();
  }
}
