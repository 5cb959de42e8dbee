import { describe, expect, it } from 'vitest';
import { addIoReading, noRates, rowName } from '../../src/shell/io-rates.ts';
import { recorded } from './fake-link.ts';

const row = (device: string, stats: Record<string, unknown>) => ({ device, stats });
const first = row('hd', { rd_bytes: 0, wr_bytes: 0, rd_operations: 0, wr_operations: 0, flush_operations: 0, rd_total_time_ns: 0 });
const second = row('hd', { rd_bytes: 4096, wr_bytes: 1024, rd_operations: 4, wr_operations: 1, flush_operations: 0, rd_total_time_ns: 8e6 });

describe('rates from block statistics', () => {
  it('divides the growth of the counters by the time between two readings', () => {
    const rates = addIoReading(addIoReading(noRates, { stats: [first], atMs: 1000 }), { stats: [second], atMs: 3000 });
    expect(rates.devices.get('hd')?.latest).toMatchObject({ readBytes: 2048, writeBytes: 512, readOps: 2, writeOps: 0.5, readMs: 2 });
  });

  it('leaves out milliseconds per operation when there was no operation', () => {
    const rates = addIoReading(addIoReading(noRates, { stats: [first], atMs: 1000 }), { stats: [first], atMs: 2000 });
    expect(rates.devices.get('hd')?.latest.readMs).toBeUndefined();
  });

  it('counts a device as idle when it is new or its counters fell', () => {
    const before = addIoReading(noRates, { stats: [second], atMs: 1000 });
    expect(before.devices.get('hd')?.latest.readBytes).toBe(0);
    expect(addIoReading(before, { stats: [first], atMs: 2000 }).devices.get('hd')?.latest.readBytes).toBe(0);
  });

  it('ignores a reading that is not newer', () => {
    const before = addIoReading(noRates, { stats: [first], atMs: 1000 });
    expect(addIoReading(before, { stats: [second], atMs: 1000 })).toBe(before);
  });

  it('keeps a bounded history for the sparkline, oldest first', () => {
    let rates = noRates;
    for (let tick = 1; tick <= 20; tick++) {
      rates = addIoReading(rates, { stats: [row('hd', { rd_bytes: tick * tick * 100 })], atMs: tick * 1000 }, 5);
    }
    expect(rates.devices.get('hd')?.history).toEqual([3100, 3300, 3500, 3700, 3900]);
  });

  it('takes counters beyond 2^53', () => {
    const big = (rd_bytes: bigint) => [row('hd', { rd_bytes })];
    const rates = addIoReading(addIoReading(noRates, { stats: big(2n ** 60n), atMs: 0 }), { stats: big(2n ** 60n + 2n ** 20n), atMs: 1000 });
    expect(rates.devices.get('hd')?.latest.readBytes).toBe(2 ** 20);
  });

  it('names real rows by device, and devices without a drive name by their QOM path', () => {
    expect((recorded['query-blockstats'] as []).map(rowName)).toContain('ide0-hd0');
    expect(rowName({ device: '', qdev: '/machine/peripheral/vd0' })).toBe('/machine/peripheral/vd0');
  });

  it('tells merged requests per second, and the failed ones since the start', () => {
    const at = (rd_merged: number) => [row('hd', { rd_merged, wr_merged: 2 * rd_merged, failed_rd_operations: 3, failed_wr_operations: 4 })];
    const rates = addIoReading(addIoReading(noRates, { stats: at(0), atMs: 0 }), { stats: at(10), atMs: 2000 });
    expect(rates.devices.get('hd')).toMatchObject({ latest: { merged: 15 }, failed: 7 });
  });
});
