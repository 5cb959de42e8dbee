import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { copyRange, isCopyRangeAvailable } from '../../src/host/copy-range.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe.runIf(isCopyRangeAvailable())('copying inside the host', () => {
  const folder = temporaryFolder();
  const descriptors: number[] = [];
  const open = (name: string, flags: string) => {
    const fd = openSync(join(folder, name), flags);
    descriptors.push(fd);
    return fd;
  };
  afterAll(() => descriptors.forEach((fd) => closeSync(fd)));

  it('copies between any two places, several at a time, and ends at the end of the input', async () => {
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));
    writeFileSync(join(folder, 'in'), bytes);
    const input = open('in', 'r');
    const output = open('out', 'w+');
    const copied = await Promise.all([copyRange(input, 0, output, 1000, 50_000), copyRange(input, 50_000, output, 51_000, 100_000)]);
    expect(copied).toEqual([50_000, 50_000]);
    expect(readFileSync(join(folder, 'out')).subarray(1000).equals(bytes)).toBe(true);
    expect(await copyRange(input, 100_000, output, 0, 10)).toBe(0);
  });

  it('reaches places beyond 4 GiB', async () => {
    writeFileSync(join(folder, 'small'), 'far away');
    const output = open('big', 'w+');
    expect(await copyRange(open('small', 'r'), 0, output, 5 * 2 ** 30, 8)).toBe(8);
    expect(await copyRange(output, 5 * 2 ** 30, open('back', 'w+'), 0, 8)).toBe(8);
    expect(readFileSync(join(folder, 'back'), 'utf8')).toBe('far away');
  });

  it('fails with the errno\'s name', async () => {
    await expect(copyRange(open('small', 'r'), 0, open('small', 'r'), 0, 1)).rejects.toMatchObject({ name: 'HostError', code: 'EBADF' });
  });
});
