import { expect, it } from 'vitest';
import { openEngine } from './open-engine.ts';

it('block_passwd finds no image that wants a password', async () => {
  const { run } = await openEngine({ machine: { drives: [{ id: 'floppy', if: 'floppy' }] } });
  await run('blockdev-add', { driver: 'null-co', 'node-name': 'n' });
  expect(await run('block_passwd', { 'node-name': 'n', password: 'x' })).toBe("GenericError: Node 'n' is not encrypted");
  expect(await run('block_passwd', { device: 'floppy', password: 'x' })).toBe("GenericError: Device 'floppy' has no medium");
  expect(await run('block_passwd', { device: 'a', 'node-name': 'b', password: 'x' })).toBe("GenericError: Cannot find device='a' nor node-name='b'");
  expect(await run('block_passwd', { password: 'x' })).toBe("GenericError: Cannot find device='' nor node-name=''");
  expect(await run('block_passwd', { 'node-name': 'n' })).toBe("GenericError: Parameter 'password' is missing");
  expect(await run('human-monitor-command', { 'command-line': 'block_passwd floppy x' })).toContain("Device 'floppy' has no medium");
});
