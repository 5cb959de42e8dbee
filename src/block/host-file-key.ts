import { fstatSync } from 'node:fs';

/** The same for all names of a host file. */
export function hostFileKey(descriptor: number): string {
  const { dev, ino } = fstatSync(descriptor);
  return `${dev}:${ino}`;
}
