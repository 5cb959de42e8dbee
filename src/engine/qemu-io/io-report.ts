/** A request that is over. */
export interface IoResult {
  /** `read`, `wrote` or `discard`. */
  readonly verb: string;
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
  readonly elapsedNs: bigint;
}

/** qemu-io's two lines about a request, or one for machines to read (`-C`), or none (`-q`). */
export function formatReport({ verb, offset, length, elapsedNs }: IoResult, flags: ReadonlyMap<string, string>): string {
  if (flags.has('q')) return '';
  const seconds = Math.max(Number(elapsedNs), 1) / 1e9;
  const [rate, operations] = [length / seconds, 1 / seconds];
  if (flags.has('C')) return `${length},1,${formatClock(seconds)},${rate.toFixed(3)},${operations.toFixed(3)}\n`;
  const time = seconds < 1 ? `${seconds.toFixed(2).padStart(5, '0')} sec` : formatClock(seconds);
  return `${verb} ${length}/${length} bytes at offset ${offset}\n` +
    `${formatBytes(length)}, 1 ops; ${time} (${formatBytes(rate)}/sec and ${operations.toFixed(4)} ops/sec)\n`;
}

/** h:mm:ss.ff */
function formatClock(seconds: number): string {
  const whole = Math.floor(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return `${hours}:${String(minutes).padStart(2, '0')}:${(seconds - whole + (whole % 60)).toFixed(2).padStart(5, '0')}`;
}

/** `64 KiB`, `4.500 KiB`, `512 bytes`: three places, left out when they are zero. */
export function formatBytes(bytes: number): string {
  const power = Math.min(6, bytes < 1024 ? 0 : Math.floor(Math.log2(bytes) / 10));
  if (power === 0) return `${bytes.toFixed(6).replace(/\.000.*$/, '')} bytes`;
  return `${(bytes / 1024 ** power).toFixed(3).replace(/\.000$/, '')} ${'KMGTPE'[power - 1]}iB`;
}

/** Sixteen bytes a line, with their offset and their text. */
export function hexDump(buffer: Buffer, offset: number): string {
  let text = '';
  for (let at = 0; at < buffer.length; at += 16) {
    const line = buffer.subarray(at, at + 16);
    const bytes = [...line].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const characters = [...line].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    text += `${(offset + at).toString(16).padStart(8, '0')}:  ${bytes}  ${characters}\n`;
  }
  return text;
}
