import { expect, it } from 'vitest';
import { createEngine } from '../../src/engine/create-engine.ts';

it('stops a request at a breakpoint, waits for it and lets it go on', async () => {
  const engine = await createEngine({ machine: {} });
  const io = (command: string, device = 'r') => engine.execute('x-qemu-io', { device, command });
  const image = { driver: 'null-co', size: 65536, 'read-zeroes': true };
  await engine.execute('blockdev-add', { driver: 'raw', 'node-name': 'r', file: { driver: 'blkdebug', image } });
  await engine.execute('blockdev-add', { driver: 'null-co', 'node-name': 'n' });
  expect(await io('break bogus A')).toBe('Could not set breakpoint: No such file or directory\n');
  expect(await io('break read_aio A', 'n')).toBe('Could not set breakpoint: Operation not supported\n');
  expect(await io('break read_aio')).toBe('bad argument count 1 to break, expected 2 arguments\n');
  expect(await io('resume A')).toBe('Could not resume request: No such file or directory\n');
  expect(await io('remove_break A')).toBe('Could not remove breakpoint A: No such file or directory\n');
  expect(await io('break read_aio A')).toBe('');
  expect(await io('aio_read 0 512')).toBe('');
  expect(await io('wait_break A')).toBe('');
  expect(await io('length')).toBe('64 KiB\n');
  expect(await io('resume A')).toBe('');
  expect(await io('aio_flush')).toContain('read 512/512 bytes at offset 0');
  expect(await io('read 0 512')).toContain('read 512/512 bytes');
  await io('break write_aio B');
  await io('aio_write 0 512');
  await io('wait_break B');
  await engine.execute('blockdev-del', { 'node-name': 'r' });
  await engine.close();
});
