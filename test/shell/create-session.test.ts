import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { QapiError } from '../../src/qapi/qapi-error.ts';
import { createSession } from '../../src/shell/create-session.ts';
import type { Output } from '../../src/shell/session.ts';
import { createFakeLink, recordedEvents } from './fake-link.ts';

const make = (answers = {}) => {
  const link = createFakeLink(answers);
  return { link, session: createSession({ link }) };
};
const ok = { 'block-stream': {}, eject: {}, 'blockdev-add': {}, transaction: {}, quit: {} };

describe('running a line', () => {
  it('sends a plain QMP name straight out, without asking for anything else', async () => {
    const { link, session } = make();
    const outcome = await session.run('query-version');
    expect(link.sent).toEqual([{ command: 'query-version', args: undefined }]);
    expect(outcome).toMatchObject({ status: 'done', outputs: [{ kind: 'json', data: { qemu: { major: 7 } } }] });
  });

  it('gives key=value arguments the types of the far end\'s schema', async () => {
    const { link, session } = make(ok);
    await session.run('block-stream device=ide0-hd0 speed=10M on-error=stop');
    expect(link.sent.at(-1)).toEqual({ command: 'block-stream', args: { device: 'ide0-hd0', speed: 10 << 20, 'on-error': 'stop' } });
    await session.run('blockdev-add driver=qcow2 node-name=12 read-only=on file.driver=file file.filename="a b.qcow2"');
    expect(link.sent.at(-1)?.args).toEqual({
      driver: 'qcow2', 'node-name': '12', 'read-only': true, file: { driver: 'file', filename: 'a b.qcow2' },
    });
  });

  it('takes JSON and JSON5 as a value', async () => {
    const { link, session } = make(ok);
    await session.run(`blockdev-add driver=raw node-name=r file={driver: 'file', "filename": "x y"}`);
    expect(link.sent.at(-1)?.args).toMatchObject({ file: { driver: 'file', filename: 'x y' } });
    await session.run('transaction actions=[{"type": "abort", "data": {}}]');
    expect(link.sent.at(-1)?.args).toEqual({ actions: [{ type: 'abort', data: {} }] });
  });

  it('never rounds an integer', async () => {
    const { link, session } = make({ ...ok, 'query-big': 2n ** 63n - 1n });
    await session.run('block-stream device=d speed=9223372036854775807');
    expect(link.sent.at(-1)?.args?.speed).toBe(9223372036854775807n);
    await session.run('{execute: "block-stream", arguments: {speed: 9007199254740993}}');
    expect(link.sent.at(-1)?.args?.speed).toBe(9007199254740993n);
    expect((await session.run('query-big')).outputs[0]?.text).toBe('9223372036854775807');
  });

  it('does without a schema as well as can be', async () => {
    const { link, session } = make(ok);
    delete link.answers['query-qmp-schema'];
    await session.run('block-stream device=d speed=1048576');
    expect(link.sent.at(-1)?.args).toEqual({ device: 'd', speed: 1048576 });
  });

  it('asks for the schema once, and again after a reconnect', async () => {
    const { link, session } = make(ok);
    const asked = () => link.sent.filter(({ command }) => command === 'query-qmp-schema').length;
    await session.run('block-stream device=d');
    await session.run('block-stream device=d');
    expect(asked()).toBe(1);
    const ready = link.state;
    link.setState({ state: 'waiting', attempt: 1, retryInMs: 1, reason: '' });
    link.setState(ready);
    await session.run('block-stream device=d');
    expect(asked()).toBe(2);
  });

  it('sends raw messages as they are typed and shows the reply', async () => {
    const { session } = make(ok);
    expect(await session.run("{execute: 'quit', id: 7}")).toMatchObject({ status: 'done', reply: { return: {}, id: 7 } });
    expect(await session.run('{"execute": "nosuch"}')).toMatchObject({
      status: 'failed', outputs: [{ kind: 'error', text: 'CommandNotFound: The command nosuch has not been found' }],
    });
  });

  it.each([
    ['{"execute": }', /InputError: not JSON: .*line 1, column 13/],
    ['[1]', /InputError: a QMP message is an object/],
    ['block-stream ide0-hd0', /InputError: column 14: 'ide0-hd0' has no '='; block-stream takes key=value/],
    ['block-stream device=d speed=fast', /InputError: 'speed' cannot be 'fast'/],
    ['block-stream device="d', /InputError: column 14: a quote in .* is not closed/],
    ['transaction actions=[{]', /InputError: column 13: a bracket/],
    ['blockdev-add file={a:} driver=raw', /InputError: the value of 'file' is not JSON/],
  ])('%s fails with a clear error and sends nothing', async (line, text) => {
    const { link, session } = make(ok);
    const outcome = await session.run(line);
    expect(outcome.status).toBe('failed');
    expect(outcome.outputs[0]?.text).toMatch(text);
    expect(link.sent.filter(({ command }) => !command.startsWith('query-'))).toEqual([]);
  });

  it('shows the class of every error of the far end', async () => {
    const { session } = make({ 'block-stream': () => new QapiError("Cannot find device='d'") });
    expect((await session.run('block-stream device=d')).outputs).toEqual([
      { kind: 'error', text: "GenericError: Cannot find device='d'", data: { class: 'GenericError', desc: "Cannot find device='d'" } },
    ]);
  });

  it('runs lines of the human monitor on QMP', async () => {
    const { link, session } = make(ok);
    expect(await session.run('eject -f ide1-cd0')).toMatchObject({ status: 'done' });
    expect(link.sent.at(-1)).toEqual({ command: 'eject', args: { device: 'ide1-cd0', force: true } });
    expect((await session.run('info block-jobs')).outputs[0]).toMatchObject({ kind: 'text', text: expect.stringMatching(/^JOB.*\nbk0 +backup +/) as string });
    expect(link.sent.some(({ command }) => command === 'query-qmp-schema')).toBe(false);
  });

  it.each([
    ['eject', 'GenericError: eject: block device name expected'],
    ['eject -x ide1-cd0', 'GenericError: eject: unsupported option -x'],
    ['block_job_pause j extra', 'GenericError: block_job_pause: extraneous characters at the end of line'],
  ])('%s fails with the class and the text', async (line, text) => {
    expect((await make(ok).session.run(line)).outputs).toMatchObject([{ kind: 'error', text }]);
  });

  it('gives what it does not know to the far end\'s own monitor', async () => {
    const { link, session } = make({ 'human-monitor-command': 'bus: main-system-bus\r\n' });
    expect((await session.run('info qtree')).outputs).toMatchObject([{ kind: 'text', text: 'bus: main-system-bus' }]);
    expect(link.sent.at(-1)?.args).toEqual({ 'command-line': 'info qtree' });
    link.answers['human-monitor-command'] = "unknown command: 'nosuch'\r\n";
    expect((await session.run('nosuch'))).toMatchObject({ status: 'failed', outputs: [{ text: "CommandNotFound: unknown command: 'nosuch'" }] });
  });

  it('says where the results of a far qemu-io are', async () => {
    const { session } = make({ 'human-monitor-command': '' });
    expect((await session.run('qemu-io data "read 0 4k"')).outputs).toMatchObject([{ kind: 'note', text: expect.stringContaining('standard output') as string }]);
  });

  it.each(['quit', 'exit', 'q', ' quit '])('%s leaves and sends nothing', async (line) => {
    const { link, session } = make(ok);
    expect(await session.run(line)).toEqual({ status: 'leave', outputs: [] });
    expect(link.sent).toEqual([]);
  });

  it('runs lines that were pasted one after another, to the first that fails', async () => {
    const { link, session } = make(ok);
    const done = await session.run('query-status\n\n{execute:\n  "query-version"}\n# a comment\nquery-status\n');
    expect(link.sent.map(({ command }) => command)).toEqual(['query-status', 'query-version', 'query-status']);
    expect(done).toMatchObject({ status: 'done', outputs: [{ kind: 'json' }, { kind: 'json' }, { kind: 'json' }] });
    const failed = await session.run('query-status\nquery-bogus\nquery-status');
    expect(failed).toMatchObject({ status: 'failed', outputs: [{ kind: 'json' }, { kind: 'error' }] });
    expect(await session.run('query-status\nquit\nquery-status')).toMatchObject({ status: 'leave' });
  });

  it('does nothing for a blank line', async () => {
    expect(await make().session.run('  ')).toEqual({ status: 'done', outputs: [] });
  });

  it('prints the empty object as a short note', async () => {
    expect((await make(ok).session.run('block-stream device=d')).outputs).toEqual([{ kind: 'note', text: 'ok', data: {} }]);
  });
});

describe('a session', () => {
  it('knows an unfinished message from an unfinished command', () => {
    const { session } = make();
    expect(['{', '{"a": "b', '{"a": 1}', 'query-block', 'info {'].map((text) => session.isIncomplete(text))).toEqual([true, true, false, false, false]);
  });

  it('passes events on, formatted', () => {
    const { link, session } = make();
    const seen: Output[] = [];
    const off = session.onEvent((output) => seen.push(output));
    link.emit('BLOCK_JOB_READY', { device: 'mir0', type: 'mirror', len: 1, offset: 1, speed: 0 });
    off();
    link.emit('STOP');
    expect(seen).toMatchObject([{ kind: 'event', text: expect.stringMatching(/ BLOCK_JOB_READY  mirror mir0 ready/) as string }]);
  });

  it('says once when the history cannot be saved', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'qmon-session-'));
    const session = createSession({ link: createFakeLink(), historyFile: folder });
    session.history.add('line');
    const [one, two] = [await session.run('query-version'), await session.run('query-version')];
    expect(one.outputs.at(-1)).toMatchObject({ kind: 'note', text: expect.stringContaining('history is not saved') as string });
    expect(two.outputs).toHaveLength(1);
    rmSync(folder, { recursive: true });
  });

  it('formats every event that a real QEMU sent on one line', () => {
    const { link, session } = make();
    const lines: string[] = [];
    session.onEvent(({ text }) => lines.push(text.slice(13)));
    for (const { event, data } of recordedEvents) link.emit(event, { ...data });
    expect(lines).toEqual(expect.arrayContaining([
      'DEVICE_TRAY_MOVED  ide1-cd0: tray open', 'BLOCK_JOB_COMPLETED  mirror mir0 done',
      'JOB_STATUS_CHANGE  mir0 ready', expect.stringMatching(/BLOCK_JOB_CANCELLED {2}stream ide0-hd0 cancelled at [\d.]+ %/) as string,
    ]));
    expect(lines.filter((line) => line.includes('\n'))).toEqual([]);
  });
});
