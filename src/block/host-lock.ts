import { isLockedByOthers, lockShared, unlock } from '../host/locks.ts';
import { HostError } from '../host/native.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import { strerror } from './errnos.ts';
import { PERMISSIONS } from './permissions.ts';
import type { Access, Permission } from './permissions.ts';

/** Byte of the first permission in use; the others follow in their order. */
const NEEDED_AT = 100;
/** Byte of the first permission that others must not use. */
const WITHHELD_AT = 200;

/**
 * QEMU's lock of an image that is open on the host: a shared lock on one byte for each permission in use, and on one for each
 * that is withheld from others. Whoever needs a permission first takes his byte and then looks whether it is withheld, and
 * the other way round: two programs may refuse each other, never overlook each other. A change is prepared, then committed or
 * aborted.
 */
export class HostLock {
  readonly #fd: number;
  readonly #filename: string;
  #held = new Set<number>();
  #settled: ReadonlySet<number> = new Set();
  #wanted: ReadonlySet<number> = new Set();
  #isOpen = true;

  constructor(fd: number, filename: string) {
    this.#fd = fd;
    this.#filename = filename;
  }

  /** The same lock through another descriptor of the file, which keeps it when this one is closed. @throws QapiError */
  copyTo(fd: number): HostLock {
    const copy = new HostLock(fd, this.#filename);
    copy.#lock([...this.#settled]);
    copy.#settled = this.#settled;
    copy.#wanted = this.#settled;
    return copy;
  }

  /** Takes what is new in `access` and keeps what was held. @throws QapiError in QEMU's words when another opening is in the way */
  prepare(access: Access): void {
    if (!this.#isOpen) return;
    this.#wanted = bytesOf(access);
    const added = [...this.#wanted].filter((byte) => !this.#held.has(byte));
    if (added.length === 0) return;
    try {
      this.#lock(added);
      this.#check(access);
    } catch (error) {
      this.abort();
      throw error;
    }
  }

  /** Gives back what was held and is not wanted any more. */
  commit(): void {
    this.#keep(this.#wanted);
    this.#settled = this.#wanted;
  }

  /** Holds again what it held before prepare(). */
  abort(): void {
    this.#keep(this.#settled);
    this.#wanted = this.#settled;
  }

  /** To be called before the descriptor is closed, which gives back all locks. */
  close(): void {
    this.#isOpen = false;
  }

  #lock(bytes: readonly number[]): void {
    for (const { start, length } of runsOf(bytes)) {
      try {
        lockShared(this.#fd, start, length);
      } catch (error) {
        if (!(error instanceof HostError)) throw error;
        this.#lockSingly(start, length);
      }
      for (let byte = start; byte < start + length; byte++) this.#held.add(byte);
    }
  }

  /** Tells which byte cannot be locked. */
  #lockSingly(start: number, length: number): void {
    for (let byte = start; byte < start + length; byte++) {
      try {
        lockShared(this.#fd, byte, 1);
      } catch (error) {
        if (!(error instanceof HostError)) throw error;
        throw new QapiError(`Failed to lock byte ${byte}: ${strerror(error.code)}`, { cause: error });
      }
      this.#held.add(byte);
    }
  }

  /** One look at all bytes is enough where nobody else has the image open. */
  #check({ needs, shares }: Access): void {
    if (!isLockedByOthers(this.#fd, NEEDED_AT, WITHHELD_AT + PERMISSIONS.length - NEEDED_AT)) return;
    const isTaken = (permission: Permission, base: number) => isLockedByOthers(this.#fd, base + PERMISSIONS.indexOf(permission), 1);
    const refused = PERMISSIONS.find((permission) => needs.includes(permission) && isTaken(permission, WITHHELD_AT));
    if (refused !== undefined) throw this.#refusal(`Failed to get "${refused}" lock`);
    const inUse = PERMISSIONS.find((permission) => !shares.includes(permission) && isTaken(permission, NEEDED_AT));
    if (inUse !== undefined) throw this.#refusal(`Failed to get shared "${inUse}" lock`);
  }

  #refusal(desc: string): QapiError {
    return new QapiError(desc, { hint: `Is another process using the image [${this.#filename}]?` });
  }

  #keep(bytes: ReadonlySet<number>): void {
    if (!this.#isOpen) return;
    const dropped = [...this.#held].filter((byte) => !bytes.has(byte));
    for (const { start, length } of runsOf(dropped)) unlock(this.#fd, start, length);
    for (const byte of dropped) this.#held.delete(byte);
  }
}

function bytesOf({ needs, shares }: Access): Set<number> {
  return new Set([
    ...PERMISSIONS.flatMap((permission, bit) => (needs.includes(permission) ? [NEEDED_AT + bit] : [])),
    ...PERMISSIONS.flatMap((permission, bit) => (shares.includes(permission) ? [] : [WITHHELD_AT + bit])),
  ]);
}

/** Neighbours take one system call. */
function runsOf(bytes: readonly number[]): { start: number; length: number }[] {
  const runs: { start: number; length: number }[] = [];
  for (const byte of [...bytes].sort((one, other) => one - other)) {
    const last = runs.at(-1);
    if (last !== undefined && last.start + last.length === byte) last.length++;
    else runs.push({ start: byte, length: 1 });
  }
  return runs;
}
