import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { describeWithQemu } from '../../support/qemu.ts';
import { makeFolder, makeImage, openEngine } from '../open-engine.ts';

async function openDisk() {
  const folder = await makeFolder();
  await makeImage(`${folder}/disk.raw`, { size: 64 << 20 });
  const opened = await openEngine({ machine: { drives: [{ file: `${folder}/disk.raw`, format: 'raw', 'node-name': 'n' }, { if: 'floppy' }] } });
  const io = (command: string, device = 'ide0-hd0'): Promise<string> => opened.run('x-qemu-io', { device, command }) as Promise<string>;
  return { folder, io, ...opened };
}

/** What a line takes to do is a matter of chance. */
const withoutTimes = (text: string) => text.replace(/; .*\(.*\)/, '; TIME').replace(/^(\d+),1,.*$/m, '$1,1,TIME');

const lines = [
  'read', 'read 0 64k', 'read -P 0 0 64k', 'read -P 5 0 64k', 'write -P 0xcd 512 1k', 'read -v 512 64', 'read -v 500 32',
  'read -P 0xcd 512 1k', 'read -P 0xcd -s 512 -l 512 0 2k', 'read -P 0xcd -s 512 0 2k', 'read -P 0xcd -s 0 -l 5000 0 2k', 'read -q 0 4k',
  'read -C 0 4k', 'write -z 0 64k', 'write -zu 0 64k', 'write -u 0 64k', 'write -z -P 5 0 4k', 'write -c 0 64k', 'write -f 0 4k',
  'write -n 0 4k', 'write 100 512', 'write 63M 2M', 'read 64M 1', 'read abc 5', 'read 0 abc', 'read 0 0', 'write 0 0', 'write -P abc 0 512',
  'write -P 256 0 512', 'bogus', 'flush', 'discard 0 64k', 'discard', 'discard -q 0 64k', 'readv 0 4k 8k', 'readv -v 0 16 16',
  'writev -P 1 0 4k 512', 'writev', 'length', 'read 0 2G', 'read 0 0x200', 'write 0 3G', 'read 0 8E', 'read 0 99999999999999999999', 'write -c 0 100', 'length 5', 'flush 4', 'read 0',
  'discard 63M 2M', 'write -P 1 1.5k 512', 'help bogus', '', '   ',
];

describeWithQemu('the qemu-io language beside the real one', () => {
  it.each(lines)('prints what qemu-io prints: %j', async (line) => {
    const { folder, io } = await openDisk();
    await makeImage(`${folder}/other.raw`, { size: 64 << 20 });
    const prepare = 'write -q -P 0xcd 512 1k';
    const args = ['-f', 'raw', '-c', prepare, '-c', line, `${folder}/other.raw`];
    const { stdout, stderr } = await promisify(execFile)('qemu-io', args, { timeout: 30_000 })
      .catch((error: { stdout: string; stderr: string }) => error);
    await io(prepare);
    expect(withoutTimes(await io(line))).toBe(withoutTimes(stderr + stdout));
  });
});

describe('playing the guest', () => {
  it('moves the statistics of the drive, not when a node is named', async () => {
    const { io, run } = await openDisk();
    await io('write 0 64k');
    await io('read 0 4k');
    await io('flush');
    await io('read 0 4k', 'n');
    const [{ stats, parent }] = await run('query-blockstats');
    expect(stats).toMatchObject({ wr_bytes: 65536, wr_operations: 1, rd_bytes: 4096, rd_operations: 1, flush_operations: 1, wr_highest_offset: 65536 });
    expect(parent.stats).toMatchObject({ wr_bytes: 0, wr_highest_offset: 65536 });
  });

  it('makes no file longer that is asked by its node', async () => {
    const { folder, io, run } = await openDisk();
    await makeImage(`${folder}/plain`, { size: 4096 });
    await run('blockdev-add', { driver: 'file', 'node-name': 'f', filename: `${folder}/plain` });
    expect(await io('write 4096 512', 'f')).toBe('write failed: Input/output error\n');
    expect(await io('read 4k 512', 'f')).toBe('read failed: Input/output error\n');
    expect((await stat(`${folder}/plain`)).size).toBe(4096);
  });

  it('answers aio requests later, in the order in which they were made', async () => {
    const { io } = await openDisk();
    const first = await io('aio_write -P 1 0 4M') + await io('aio_read -P 1 8M 512');
    const output = first + await io('aio_flush');
    expect(output.replace(/^\D.*; .*$|^\d.*; .*$/gm, '').replace(/\n+/g, '\n')).toBe(
      'wrote 4194304/4194304 bytes at offset 0\nPattern verification failed at offset 8388608, 512 bytes\nread 512/512 bytes at offset 8388608\n');
    expect(await io('aio_flush')).toBe('');
  });

  it('lets aio requests end before the images are closed', async () => {
    const { io, engine, folder } = await openDisk();
    await io('aio_write -P 6 0 16M');
    await engine.close();
    const reopened = await openEngine({ machine: { drives: [{ file: `${folder}/disk.raw`, format: 'raw' }] } });
    expect(await reopened.run('x-qemu-io', { device: 'ide0-hd0', command: 'read -q -P 6 0 16M' })).toBe('');
  });

  it('says so when there is no medium, no such device or no permission to write', async () => {
    const { io, run } = await openDisk();
    expect(await io('read 0 512', 'floppy0')).toBe('read failed: No medium found\n');
    expect(await io('read 0 512', 'nope')).toBe("GenericError: Cannot find device='' nor node-name='nope'");
    await run('blockdev-add', { driver: 'null-co', 'node-name': 'ro', 'read-only': true });
    expect(await io('write 0 512', 'ro')).toBe('Block node is read-only\n');
    expect(await run('x-qemu-io', { device: '/machine/unattached/device[19]', qdev: true, command: 'length' })).toBe('64 MiB\n');
  });

  it('lists its commands', async () => {
    const { io } = await openDisk();
    const help = await io('help');
    for (const name of ['aio_flush', 'aio_read', 'aio_write', 'discard', 'flush', 'length', 'read', 'readv', 'write', 'writev']) {
      expect(help).toMatch(new RegExp(`^${name} .*-- .`, 'm'));
    }
    expect(await io('help read')).toMatch(/^read \[-abCqv\]/);
  });
});
