import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { IoError } from '../../src/block/io-error.ts';
import { makeFolder, makeImage, openEngine } from './open-engine.ts';

describe('an I/O error of the guest', () => {
  it('stops the guest where the drive says so, until cont', async () => {
    const folder = await makeFolder();
    await makeImage(`${folder}/a.raw`);
    const { engine, run, events } = await openEngine({ machine: {
      drives: [{ file: `${folder}/a.raw`, format: 'raw', 'node-name': 'n', rerror: 'stop' }],
      guest: [{ device: 'ide0-hd0', reads: { iops: 100, size: 4096 } }],
    } });
    await engine.open();
    const { backend } = engine.machine.drives.all()[0]!;
    const transfer = backend.transfer.bind(backend);
    backend.transfer = () => Promise.reject(new IoError('EIO', 'read'));
    await expect.poll(() => events.length, { timeout: 5000 }).toBeGreaterThan(1);
    expect(events).toEqual([
      ['BLOCK_IO_ERROR', { device: 'ide0-hd0', 'node-name': 'n', operation: 'read', action: 'stop', nospace: false, reason: 'Input/output error' }],
      ['STOP', {}],
    ]);
    expect(await run('query-status')).toMatchObject({ running: false, status: 'io-error' });
    expect((await run('query-block'))[0]['io-status']).toBe('failed');
    backend.transfer = transfer;
    await run('cont');
    expect((await run('query-block'))[0]['io-status']).toBe('ok');
    expect(await run('query-status')).toMatchObject({ running: true });
  });
});

describe('a damaged image', () => {
  it('is told of in an event, takes no more requests and is closed without complaint', async () => {
    const image = `${await makeFolder()}/a.qcow2`;
    await makeImage(image, { format: 'qcow2' });
    const bytes = await readFile(image);
    bytes.writeBigUInt64BE(0x200n | 1n << 63n, Number(bytes.readBigUInt64BE(40)));
    await writeFile(image, bytes);
    const { engine, run, events } = await openEngine({ machine: { drives: [{ file: image, 'node-name': 'n' }] } });
    const io = (line: string) => run('human-monitor-command', { 'command-line': `qemu-io ide0-hd0 "${line}"` });
    expect(await io('read 0 512')).toBe('read failed: Input/output error\r\n');
    expect(events).toEqual([['BLOCK_IMAGE_CORRUPTED',
      { device: 'ide0-hd0', 'node-name': 'n', msg: 'L2 table offset 0x200 unaligned (L1 index: 0)', fatal: true }]]);
    expect(await io('write 0 512')).toBe('write failed: No medium found\r\n');
    expect(await io('flush')).toBe('');
    await engine.close();
  });
});
