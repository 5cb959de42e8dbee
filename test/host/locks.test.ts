import { closeSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { isLockedByOthers, lockShared, lockingFailure, unlock } from '../../src/host/locks.ts';
import { native } from '../../src/host/native.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The locks of a file as the kernel lists them: type, first and last byte. */
function locksOf(path: string): string[] {
  const { ino } = statSync(path);
  return readFileSync('/proc/locks', 'utf8').split('\n').map((line) => line.split(/\s+/)).filter((words) => words[5]?.endsWith(`:${ino}`))
    .map((words) => `${words[1]} ${words[3]} ${words[6]}-${words[7]}`).sort();
}

describe.runIf(native() !== undefined)('locks of open files', () => {
  const path = join(temporaryFolder(), 'image');
  writeFileSync(path, '');
  const descriptors: number[] = [];
  const open = (flags: string) => {
    descriptors.push(openSync(path, flags));
    return descriptors.at(-1)!;
  };
  afterEach(() => descriptors.splice(0).forEach((fd) => closeSync(fd)));

  it('are the kernel\'s shared locks on the bytes asked for', () => {
    const fd = open('r+');
    lockShared(fd, 100, 2);
    lockShared(fd, 203, 1);
    expect(locksOf(path)).toEqual(['OFDLCK READ 100-101', 'OFDLCK READ 203-203']);
    unlock(fd, 100, 1);
    expect(locksOf(path)).toEqual(['OFDLCK READ 101-101', 'OFDLCK READ 203-203']);
  });

  it('are seen by every other opening, in the same process too, and never by their own', () => {
    const [one, other] = [open('r+'), open('r')];
    lockShared(one, 101, 1);
    expect(isLockedByOthers(one, 100, 4)).toBe(false);
    expect(isLockedByOthers(other, 100, 4)).toBe(true);
    expect(isLockedByOthers(other, 100, 1)).toBe(false);
    lockShared(other, 101, 1);
    expect(isLockedByOthers(one, 101, 1)).toBe(true);
  });

  it('end with the opening that holds them, not with another one', () => {
    const holder = open('r+');
    const passing = openSync(path, 'r');
    lockShared(holder, 100, 1);
    closeSync(passing);
    expect(locksOf(path)).toEqual(['OFDLCK READ 100-100']);
    closeSync(descriptors.pop()!);
    expect(locksOf(path)).toEqual([]);
  });

  it('leave nothing behind when they are only tried', () => {
    const fd = open('r');
    expect(lockingFailure(fd)).toBeUndefined();
    expect(locksOf(path)).toEqual([]);
  });

  it('fail with the errno\'s name', () => {
    expect(() => lockShared(-1, 100, 1)).toThrow(expect.objectContaining({ code: 'EBADF' }) as Error);
    expect(lockingFailure(-1)).toBe('fcntl failed: EBADF');
  });
});
