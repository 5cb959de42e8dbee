const ZEROES = Buffer.alloc(1 << 20);

/** Whether every byte is zero; runs at memory speed. */
export function isZero(bytes: Buffer): boolean {
  if (bytes.length > 0 && (bytes[0] !== 0 || bytes[bytes.length - 1] !== 0)) return false;
  for (let at = 0; at < bytes.length; at += ZEROES.length) {
    const length = Math.min(ZEROES.length, bytes.length - at);
    if (bytes.compare(ZEROES, 0, length, at, at + length) !== 0) return false;
  }
  return true;
}
