import * as fs from 'node:fs';

/** Files that this process has made: nobody else can have opened them before it knew of them. */
const made = new Set<string>();

/** Remembers an open file as one that was not there before. */
export function rememberOwnFile(descriptor: number): void {
  made.add(keyOf(descriptor));
}

/** Whether this process has made the open file. */
export function isOwnFile(descriptor: number): boolean {
  return made.has(keyOf(descriptor));
}

/** A number that is used for another file later is told apart by the file's birth. */
function keyOf(descriptor: number): string {
  const { dev, ino, birthtimeNs } = fs.fstatSync(descriptor, { bigint: true });
  return `${dev}:${ino}:${birthtimeNs}`;
}
