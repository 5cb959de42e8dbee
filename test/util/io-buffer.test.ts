import koffi from 'koffi';
import { describe, expect, it } from 'vitest';
import { ioBuffer } from '../../src/util/io-buffer.ts';

const MIB = 1 << 20;
const { header } = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };

describe('a buffer for large requests', () => {
  it.each([0, 1, 4096, 65535, 65536, MIB, MIB + 1])('has as many bytes as were asked for: %i', (length) => {
    const buffer = ioBuffer(length).fill(7);
    expect(buffer.length).toBe(length);
    expect(buffer.every((byte) => byte === 7)).toBe(true);
  });

  it.runIf(header.glibcVersionRuntime !== undefined)('begins with a page, where the allocator maps it by itself', () => {
    expect(koffi.address(ioBuffer(40 * MIB)) % 4096n).toBe(0n);
  });
});
