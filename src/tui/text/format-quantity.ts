const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** Bytes in IEC units with at most three digits that count: '0 B', '512 B', '1.5 KiB', '10 GiB', '931 MiB'. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 || Number.isInteger(value) ? 0 : value >= 9.995 ? 1 : 2;
  const text = value.toFixed(digits);
  return `${text.includes('.') ? text.replace(/\.?0+$/, '') : text} ${units[unit]}`;
}

/** Bytes per second: '1.2 MiB/s'. */
export function formatByteRate(bytesPerSecond: number): string {
  return `${formatBytes(Math.round(bytesPerSecond))}/s`;
}

/** A count or a rate of operations in few characters: '0', '0.4', '12', '950', '12.4k', '3.1M'. */
export function formatCount(count: number): string {
  if (count === 0) return '0';
  if (count < 9.95) return count.toFixed(1).replace(/\.0$/, '');
  if (count < 9_999.5) return String(Math.round(count));
  return count < 999_500 ? `${(count / 1e3).toFixed(1)}k` : `${(count / 1e6).toFixed(1)}M`;
}

/** Milliseconds: '0.04', '1.3', '120'. */
export function formatMilliseconds(ms: number): string {
  if (ms >= 99.5) return String(Math.round(ms));
  return ms.toFixed(ms >= 9.95 ? 1 : 2);
}
