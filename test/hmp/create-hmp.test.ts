import { describe, expect, it } from 'vitest';
import { hmpCommands } from '../../src/hmp/command-facts.ts';
import { commands } from '../../src/hmp/commands.ts';
import { createHmp } from '../../src/hmp/create-hmp.ts';
import type { HmpHost } from '../../src/hmp/create-hmp.ts';
import { HmpError } from '../../src/hmp/hmp-error.ts';
import { QapiError } from '../../src/qapi/qapi-error.ts';

function recording(options: Partial<HmpHost> = {}) {
  const sent: unknown[] = [];
  const hmp = createHmp({
    execute: async (command, args) => {
      if (command.startsWith('query-')) return [];
      sent.push([command, args]);
      return 'reply';
    },
    offers: () => true,
    ...options,
  });
  return { hmp, sent };
}

describe('the human monitor', () => {
  it.each([
    ['eject -f ide1-cd0', 'eject', { device: 'ide1-cd0', force: true }],
    ['block_stream d 1 base.qcow2', 'block-stream', { 'job-id': 'd', device: 'd', base: 'base.qcow2', speed: 1048576, 'on-error': 'report' }],
    ['block_stream d', 'block-stream', { 'job-id': 'd', device: 'd', 'on-error': 'report' }],
    ['drive_backup -fc d t', 'drive-backup', { device: 'd', target: 't', sync: 'full', mode: 'absolute-paths', compress: true }],
    ['drive_mirror -n d t raw', 'drive-mirror', { device: 'd', target: 't', format: 'raw', sync: 'top', mode: 'existing', unmap: true }],
    ['block_passwd d secret', 'block_passwd', { device: 'd', password: 'secret' }],
    ['c', 'cont', {}],
    ['device_add e1000,id=n', 'device_add', { driver: 'e1000', id: 'n' }],
  ])('translates %s', async (line, command, args) => {
    const { hmp, sent } = recording();
    expect(await hmp.translate(line)).toEqual({ command, args });
    expect(sent).toEqual([]);
    expect(await hmp.evaluate(line)).toEqual({ text: '' });
    expect(sent).toEqual([[command, args]]);
  });

  it('has no single request for a line that takes more, and none for a wrong one', async () => {
    const { hmp } = recording();
    expect(await hmp.translate('info block')).toBeUndefined();
    await expect(hmp.translate('bogus')).rejects.toThrow(HmpError);
    await expect(hmp.translate('eject')).rejects.toThrow('eject: block device name expected');
  });

  it('runs qemu-io where the far end can show what comes out', async () => {
    const { hmp, sent } = recording();
    expect(await hmp.run('qemu-io -d vd0 "read -P 1 0 4k"')).toBe('reply');
    expect(sent).toEqual([['x-qemu-io', { device: 'vd0', command: 'read -P 1 0 4k', qdev: true }]]);
  });

  it('passes on what it does not know, or what lacks a QMP command, as it was typed', async () => {
    const passOn = async (line: string) => `far: ${line}\r\n`;
    const { hmp, sent } = recording({ passOn, compat: true, offers: (command) => command !== 'drive-backup' });
    for (const line of ['info qtree', ' migrate -d "x"', 'drive_backup  d t', 'help migrate', 'change vnc password', 'info snapshots']) {
      expect(await hmp.evaluate(line)).toEqual({ text: `far: ${line}\r\n` });
    }
    expect(sent).toEqual([]);
  });

  it('says what is missing where nothing can be passed on', async () => {
    const { hmp } = recording({ offers: () => false });
    expect(await hmp.run('eject d')).toBe('Command "eject" is not available.\r\n');
    expect(await hmp.run('info qtree x')).toBe('unknown command: \'info qtree\'\r\n');
  });

  it('tells why a line failed beside the text', async () => {
    const refusal = new QapiError('Device \'d\' not found', { class: 'DeviceNotFound' });
    const { hmp } = recording({ execute: () => Promise.reject(refusal) });
    expect(await hmp.evaluate('eject d')).toEqual({ text: 'Error: Device \'d\' not found\r\n', error: refusal });
    expect((await hmp.evaluate('eject')).error).toMatchObject({ reason: 'arguments' });
    expect((await hmp.evaluate('bogus')).error).toMatchObject({ reason: 'unknown command' });
  });

  it('lets a lost link be what it is', async () => {
    const lost = new Error('the peer is gone');
    await expect(recording({ execute: () => Promise.reject(lost) }).hmp.evaluate('stop')).rejects.toBe(lost);
  });

  it('stops the NBD server again when an export fails', async () => {
    const sent: string[] = [];
    const hmp = createHmp({
      offers: () => true,
      execute: async (command) => {
        sent.push(command);
        if (command === 'nbd-server-add') throw new QapiError('no');
        return [{ device: 'd', inserted: {} }, { device: 'empty' }];
      },
    });
    expect(await hmp.run('nbd_server_start -a [::1]:10809')).toBe('Error: no\r\n');
    expect(sent).toEqual(['nbd-server-start', 'query-block', 'nbd-server-add', 'nbd-server-stop']);
  });

  it('never rejects, whatever the line', async () => {
    const { hmp } = recording({ execute: async () => [] });
    const pieces = ['eject', 'info', 'block', 'snapshots', 'block_resize', 'block_set_io_throttle', 'change', 'help', 'drive_backup', 'nbd_server_start',
      'device_add', ' ', '  ', '\t', '-f', '--', '-', '"', '\\', '\'', '(', ')', '*', '0x', '9e99', '1M', '~', '$', '/', ',', '=', ':', '\u0000', '\u00e9', '\ud83d'];
    let seed = 7;
    const next = () => (seed = (seed * 48271) % 2147483647);
    for (let round = 0; round < 3000; round++) {
      const line = Array.from({ length: next() % 12 }, () => pieces[next() % pieces.length]).join(next() % 2 ? ' ' : '');
      expect(typeof (await hmp.run(line)), line).toBe('string');
    }
  });

  it('prints the lines typed before', async () => {
    const { hmp } = recording({ history: () => ['info version', 'x'] });
    expect(await hmp.run('info history')).toBe('0: \'info version\'\r\n1: \'x\'\r\n');
  });

  it('shows help on all, on a group and on one, by name or alias', async () => {
    const { hmp } = recording({ compat: true });
    expect(await hmp.run('help q')).toBe('quit|q  -- leave qmon; on a served monitor: end the virtual machine\r\n');
    expect(await hmp.run('? info block')).toMatch(/^info block \[-n\] \[-v\] \[device\] -- .+\r\n$/);
    const info = await hmp.run('info');
    expect(info).toBe(await hmp.run('help info'));
    expect(info.split('\r\n')[0]).toMatch(/^info block /);
    const all = await hmp.run('help');
    expect(all).toContain('eject [-f] device -- ');
    expect(all).not.toContain('info block ');
  });
});

describe('the commands', () => {
  it('carry the name of their file, a usage and a doc', async () => {
    for (const name of commands.names) {
      expect(await commands.load(name)).toMatchObject({ name, doc: expect.stringMatching(/^\S.*[^.]$/) });
    }
  });

  it('say what completes in each place', async () => {
    const facts = await hmpCommands();
    const slots = (name: string) => facts.find((one) => one.name === name)?.slots;
    expect(slots('drive_backup')).toEqual([
      { name: 'reuse', flag: '-n', optional: true }, { name: 'full', flag: '-f', optional: true }, { name: 'compress', flag: '-c', optional: true },
      { name: 'device', optional: false, completes: ['device-or-node', 'qdev'] }, { name: 'target', optional: false, completes: ['file'] },
      { name: 'format', optional: true, completes: ['format'] },
    ]);
    expect(slots('change')?.at(-1)).toEqual({ name: 'read-only-mode', optional: true, words: ['retain', 'read-only', 'read-write'] });
    expect(slots('block_job_cancel')?.at(-1)).toMatchObject({ completes: ['job'] });
    expect(slots('block_resize')?.at(-1)).toMatchObject({ expects: 'size, in MiB unless it says otherwise' });
    expect(facts.find((one) => one.name === 'stop')?.aliases).toEqual(['s']);
  });
});
