import { HostError, native } from './native.ts';

/** Whether the host can copy between files without the bytes passing through this process. */
export function isCopyRangeAvailable(): boolean {
  return native() !== undefined;
}

/**
 * Copies up to `length` bytes between open files inside the host; resolves with how many were copied, 0 at the end of the input.
 * Rejects with HostError: EXDEV, EINVAL, ENOSYS or EOPNOTSUPP mean that these two files need an ordinary copy.
 */
// eslint-disable-next-line max-params -- the system call's own order
export async function copyRange(inFd: number, inOffset: number, outFd: number, outOffset: number, length: number): Promise<number> {
  const calls = native();
  if (calls === undefined) throw new HostError('ENOSYS', 'copy_file_range');
  return calls.copyFileRange(inFd, [inOffset], outFd, [outOffset], length);
}
