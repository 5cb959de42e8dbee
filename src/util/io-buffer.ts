/** Bytes from which on it pays. */
const LARGE = 64 << 10;

const PAGE = 4096;
/** What allocators keep before a large allocation: it begins so many bytes into a page. */
const HEADER = 16;

/**
 * A buffer for large requests, with anything in it. A large Buffer lies 16 bytes into a page, and whole pages are copied between
 * there and the host's page cache at less than half the speed, as processors take what they load for what they have just stored.
 * This one begins with a page.
 */
export function ioBuffer(length: number): Buffer {
  return length < LARGE ? Buffer.allocUnsafeSlow(length) : Buffer.allocUnsafeSlow(length + PAGE - HEADER).subarray(PAGE - HEADER);
}
