import { change, defineEffect } from '../effect.ts';
import { countOf, findDrive, sizeText } from '../live-facts.ts';
import type { Row } from '../live-facts.ts';
import { noDrive } from '../trays.ts';

const limits = ['bps', 'bps_rd', 'bps_wr', 'iops', 'iops_rd', 'iops_wr'] as const;

export default defineEffect({
  name: 'block_set_io_throttle',
  describe: (args, live) => {
    const drive = findDrive(args, live);
    if (drive === undefined) return noDrive(args);
    const then = limitText(args);
    const now = limitText(drive.medium ?? {});
    return change(then === 'none' ? `lifts the limits of ${drive.name} (now: ${now})` : `throttles ${drive.name} to ${then} (now: ${now})`, drive.name);
  },
});

/** '10 MiB/s, 100 writes/s', or 'none'. */
function limitText(row: Row): string {
  const texts = limits.flatMap((name) => {
    const value = countOf(row[name]) ?? 0;
    if (value === 0) return [];
    const kind = name.endsWith('_rd') ? ' reads' : name.endsWith('_wr') ? ' writes' : '';
    return [name.startsWith('bps') ? `${sizeText(value)}/s${kind && ` of${kind}`}` : `${value}${kind === '' ? ' requests' : kind}/s`];
  });
  return texts.length === 0 ? 'none' : texts.join(', ');
}
