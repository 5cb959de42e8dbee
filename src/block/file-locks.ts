import { fstatSync } from 'node:fs';
import { QapiError } from '../qapi/qapi-error.ts';
import { unshared } from './permissions.ts';
import type { Access } from './permissions.ts';

/** Which node uses which host file, and how: two nodes on one file must not spoil it for each other. */
export class FileLocks {
  readonly #holders = new Map<string, Map<object, Access>>();

  /** Sets what `holder` does with the file. @throws QapiError in QEMU's words when another node of this engine is in the way */
  update(holder: object, file: string, access: Access): void {
    const holders = this.#holders.get(file) ?? new Map<object, Access>();
    for (const [other, held] of holders) if (other !== holder) refuse(access, held);
    this.#holders.set(file, holders.set(holder, access));
  }

  release(holder: object, file: string): void {
    const holders = this.#holders.get(file);
    holders?.delete(holder);
    if (holders?.size === 0) this.#holders.delete(file);
  }
}

/** The same for all names of a host file. */
export function hostFileKey(descriptor: number): string {
  const { dev, ino } = fstatSync(descriptor);
  return `${dev}:${ino}`;
}

function refuse(wanted: Access, held: Access): void {
  const [needed] = unshared(wanted, held);
  if (needed !== undefined) throw new QapiError(`Failed to get "${needed}" lock`);
  const [kept] = unshared(held, wanted);
  if (kept !== undefined) throw new QapiError(`Failed to get shared "${kept}" lock`);
}
