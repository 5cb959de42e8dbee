import { describe, expect, it } from 'vitest';
import { monitorTextOutcome } from '../../src/shell/monitor-text.ts';

const outcome = (text: string) => {
  const { status, outputs } = monitorTextOutcome(text);
  return [status, outputs[0]?.kind, outputs[0]?.text];
};

describe('text from the human monitor', () => {
  it('is printed without carriage returns and without the last line end', () => {
    expect(outcome('VM status: running\r\n')).toEqual(['done', 'text', 'VM status: running']);
    expect(monitorTextOutcome('')).toMatchObject({ status: 'done', outputs: [] });
  });

  it.each([
    ["Error: Device 'x' not found\r\n", "GenericError: Device 'x' not found"],
    ["unknown command: 'nosuch'\r\n", "CommandNotFound: unknown command: 'nosuch'"],
    ['eject: block device name expected\r\nTry "help eject" for more information\r\n', 'GenericError: eject: block device name expected\nTry "help eject" for more information'],
    ['Command "device_add" is not available.\r\n', 'GenericError: Command "device_add" is not available.'],
    ["Device 'nosuch' not found\r\n", "GenericError: Device 'nosuch' not found"],
    ['write failed: No space left on device\r\n', 'GenericError: write failed: No space left on device'],
    ['Pattern verification failed at offset 0, 512 bytes\r\nread 512/512 bytes at offset 0\r\n',
      'GenericError: Pattern verification failed at offset 0, 512 bytes\nread 512/512 bytes at offset 0'],
    ['command "bogus" not found\r\n', 'GenericError: command "bogus" not found'],
  ])('%j is an error', (text, expected) => { expect(outcome(text)).toEqual(['failed', 'error', expected]); });

  it('leaves text alone that only speaks of errors', () => {
    expect(outcome('I/O status: Error: none')).toEqual(['done', 'text', 'I/O status: Error: none']);
  });
});
