import { describe, expect, it } from 'vitest';
import { readRecording } from '../../../src/shell/replay/recording.ts';
import type { TimedEntry } from '../../../src/shell/replay/recording.ts';
import { ReplayLink } from '../../../src/shell/replay/replay-link.ts';

const version = { qemu: { major: 7, minor: 2, micro: 0 }, package: '' };
const at = (seconds: number) => new Date(Date.parse('2026-01-01T00:00:00Z') + seconds * 1000).toISOString();
const header = { qmon: 'session', format: 1, time: at(0), label: 'vm', version };
const asked = (seconds: number, id: string, reply: unknown, message: object = { execute: 'query-block' }) => [
  { time: at(seconds), sent: { ...message, id } }, { time: at(seconds), received: { ...reply as object, id } },
];
const session = [
  header, ...asked(1, 'a', { return: [1] }), { time: at(2), line: 'eject x' },
  ...asked(2, 'b', { return: {} }, { execute: 'eject', arguments: { id: 'x' } }),
  { time: at(3), received: { event: 'STOP', timestamp: { seconds: 1, microseconds: 0 } } },
  ...asked(4, 'c', { return: [2] }), ...asked(4, 'd', { error: { class: 'GenericError', desc: 'no such' } }, { execute: 'query-x', arguments: { b: 1, a: 2 } }),
  { time: at(5), state: { state: 'waiting', attempt: 1, retryInMs: 1, reason: 'gone' } }, { time: at(6), state: { state: 'ready', version } },
  { time: at(7), state: { state: 'closed', reason: 'closed here' } },
];
const text = (entries: readonly unknown[]) => entries.map((entry) => JSON.stringify(entry));
const recorded = async (entries: readonly unknown[] = session) => readRecording(text(entries));

describe('a recording', () => {
  it('is read with its times; the last session of a log counts', async () => {
    const recording = await recorded([{ ...header, label: 'first' }, { time: at(1), line: 'x' }, ...session]);
    expect(recording).toMatchObject({ header: { label: 'vm' }, sessions: 2, lengthMs: 7000 });
    expect(recording.entries[0]).toMatchObject({ atMs: 1000, entry: { sent: { execute: 'query-block' } } });
  });

  it('may end in the middle of a line, and its clock may be set back', async () => {
    const lines = [...text([header, { time: at(5), line: 'a' }, { time: at(3), line: 'b' }]), '{"time":"2026-01'];
    expect((await readRecording(lines)).entries.map(({ atMs }) => atMs)).toEqual([5000, 5000]);
  });

  it.each([
    [[], 'it is empty'], [['{"line":"x"}'], 'does not begin with a session'], [['MZ'], 'does not begin with a session'],
    [[...text([header]), '{"time":1}', '{}'], 'line 2 is no entry'], [[...text([header]), '{"time":"2026-01-01T00:00:00Z","outcome":{}}', ''], 'line 2'],
  ])('that is none is refused: %j', async (lines, why) => {
    await expect(readRecording(lines)).rejects.toThrow(why);
  });
});

describe('the link to a recording', () => {
  it('answers queries with what was answered last at that time', async () => {
    const link = new ReplayLink(await recorded(), 1);
    expect(link.state).toEqual({ state: 'ready', version });
    expect(await link.execute('query-block')).toEqual([1]);
    link.player.seek(3999);
    expect(await link.execute('query-block')).toEqual([1]);
    link.player.seek(4000);
    expect(await link.execute('query-block')).toEqual([2]);
    expect(await link.request({ execute: 'query-block', id: 7 })).toEqual({ return: [2], id: 7 });
    await expect(link.execute('query-x', { a: 2, b: 1 })).rejects.toMatchObject({ class: 'GenericError', message: 'no such' });
  });

  it('reads a long answer again whenever it is asked for, instead of keeping thousands of them', async () => {
    const rows = Array.from({ length: 1000 }, (_, index) => ({ device: `d${index}`, offset: index }));
    const recording = await recorded([header, ...asked(1, 'a', { return: rows })]);
    expect(recording.entries[1]?.entry).not.toBe(recording.entries[1]?.entry);
    expect(await new ReplayLink(recording, 1).execute('query-block')).toEqual(rows);
  });

  it('changes nothing, and says what was never asked', async () => {
    const link = new ReplayLink(await recorded(), 1);
    await expect(link.execute('eject', { id: 'x' })).rejects.toThrow("'eject' cannot be carried out: this is a recording");
    await expect(link.execute('query-x', {})).rejects.toMatchObject({ class: 'CommandNotFound' });
  });

  it('knows the state of the link at any time, and is not closed by the end of the recording', async () => {
    const link = new ReplayLink(await recorded(), 1);
    const states: string[] = [];
    link.onState(({ state }) => void states.push(state));
    for (const seconds of [5, 6, 7, 0]) link.player.seek(seconds * 1000);
    expect(states).toEqual(['waiting', 'ready', 'ready']);
    expect(link.state.state).toBe('ready');
  });

  it('plays what happened in order, at any speed, to its end', async () => {
    const link = new ReplayLink(await recorded(), 1000);
    const seen: TimedEntry[] = [];
    const events: string[] = [];
    link.onEntry((entry) => void seen.push(entry));
    link.onEvent(({ event, data }) => void events.push(`${event} ${JSON.stringify(data)}`));
    const over = new Promise<void>((resolve) => link.player.onChange(({ isPlaying }) => !isPlaying && resolve()));
    link.player.play();
    await over;
    expect(seen.map(({ atMs }) => atMs)).toEqual([1000, 1000, 2000, 2000, 2000, 3000, 4000, 4000, 4000, 4000, 5000, 6000]);
    expect(events).toEqual(['STOP {}']);
    expect(link.player.timeline).toMatchObject({ positionMs: 7000, lengthMs: 7000, isPlaying: false });
  });

  it('steps from one happening to the next, and keeps its place and speed within bounds', async () => {
    const { player } = new ReplayLink(await recorded(), 1);
    const places = [1, 2, 3, 4, 5].map(() => {
      player.step();
      return player.timeline.positionMs;
    });
    expect(places).toEqual([2000, 3000, 5000, 6000, 6000]);
    player.seek(-5);
    expect(player.timeline.positionMs).toBe(0);
    player.seek(1e9);
    expect(player.timeline.positionMs).toBe(7000);
    for (let count = 0; count < 30; count++) player.faster(2);
    expect(player.timeline.speed).toBe(1024);
    player.close();
  });
});
