/** Whether the host can copy between files without the bytes passing through this process. */
export function isCopyRangeAvailable(): boolean {
  return false;
}

/** Copies up to `length` bytes between open files inside the host; resolves with how many were copied. */
// eslint-disable-next-line max-params -- the system call's own order
export async function copyRange(_inFd: number, _inOffset: number, _outFd: number, _outOffset: number, _length: number): Promise<number> {
  throw new Error('not built');
}
