import { readFileSync, statSync } from 'node:fs';

/** The bytes of a file on which anybody holds a lock, as the kernel tells. */
export function lockedBytes(path: string): number[] {
  const { ino } = statSync(path);
  const locks = readFileSync('/proc/locks', 'utf8').split('\n').map((line) => line.split(/\s+/)).filter((words) => words[5]?.endsWith(`:${ino}`));
  const bytes = locks.flatMap((words) => Array.from({ length: Number(words[7]) - Number(words[6]) + 1 }, (_, at) => Number(words[6]) + at));
  return [...new Set(bytes)].sort((one, other) => one - other);
}
