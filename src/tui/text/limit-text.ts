import { formatByteRate, formatCount } from './format-quantity.ts';

/** The throttle of a medium in a word: the total limits, else the read and write ones; '–' for none. */
export function limitText(medium: Readonly<Record<string, unknown>>): string {
  const limit = (key: string, format: (value: number) => string, mark: string) => {
    const value = Number(medium[key] ?? 0);
    return value > 0 ? [`${mark}${format(value)}`] : [];
  };
  const operations = (value: number) => `${formatCount(value)} IOPS`;
  const limits = [
    ...limit('bps', formatByteRate, ''), ...limit('bps_rd', formatByteRate, 'r '), ...limit('bps_wr', formatByteRate, 'w '),
    ...limit('iops', operations, ''), ...limit('iops_rd', operations, 'r '), ...limit('iops_wr', operations, 'w '),
  ];
  return limits.length === 0 ? '–' : limits.join(', ');
}

/** The bytes per second that a medium may do, reads and writes together; undefined for no limit. */
export function byteLimit(medium: Readonly<Record<string, unknown>>): number | undefined {
  const [total = 0, reads = 0, writes = 0] = [medium.bps, medium.bps_rd, medium.bps_wr].map(Number);
  if (total > 0) return total;
  return reads > 0 && writes > 0 ? reads + writes : undefined;
}
