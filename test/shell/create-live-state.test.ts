import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLiveState } from '../../src/shell/create-live-state.ts';
import type { RefreshableLiveState } from '../../src/shell/create-live-state.ts';
import { QapiError } from '../../src/qapi/qapi-error.ts';
import { createFakeLink } from './fake-link.ts';

let live: RefreshableLiveState;

beforeEach(() => { vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'setImmediate'] }); });
afterEach(() => {
  live.close();
  vi.useRealTimers();
});

const asked = (link: ReturnType<typeof createFakeLink>, command: string) => link.sent.filter((one) => one.command === command).length;

describe('the live state', () => {
  it('reads everything and tells its listeners', async () => {
    const link = createFakeLink();
    live = createLiveState(link);
    const seen: number[] = [];
    live.onChange(({ block }) => seen.push(block.length));
    const reading = live.refresh();
    await vi.advanceTimersByTimeAsync(10);
    expect(await reading).toMatchObject({ status: { status: 'prelaunch' } });
    expect(live.snapshot.jobs.map((row) => row.device)).toEqual(['bk0', 'mir0', 'ide0-hd0']);
    expect(live.snapshot.nodes.length).toBeGreaterThan(3);
    expect(seen).toEqual([5]);
  });

  it('does without the commands that the far end lacks, and asks for them once only', async () => {
    const link = createFakeLink();
    for (const name of ['query-status', 'query-block', 'query-jobs']) delete link.answers[name];
    live = createLiveState(link);
    live.start(1000);
    await vi.advanceTimersByTimeAsync(3500);
    expect(live.snapshot).toMatchObject({ block: [] });
    expect(live.snapshot.error).toBeUndefined();
    expect(live.snapshot.status).toBeUndefined();
    expect([asked(link, 'query-block'), asked(link, 'query-block-jobs')]).toEqual([1, 4]);
  });

  it('asks for the nodes less often, and at once after an own command', async () => {
    const link = createFakeLink();
    live = createLiveState(link);
    live.start(1000);
    await vi.advanceTimersByTimeAsync(4500);
    expect([asked(link, 'query-block'), asked(link, 'query-named-block-nodes')]).toEqual([5, 1]);
    live.touch();
    await vi.advanceTimersByTimeAsync(300);
    expect([asked(link, 'query-block'), asked(link, 'query-named-block-nodes')]).toEqual([6, 2]);
  });

  it('reads at most four times a second however many events come', async () => {
    const link = createFakeLink();
    live = createLiveState(link);
    live.start(1000);
    for (let tick = 0; tick < 1000; tick++) {
      link.emit('JOB_STATUS_CHANGE', { id: 'x', status: 'running' });
      await vi.advanceTimersByTimeAsync(1);
    }
    expect(asked(link, 'query-block')).toBeGreaterThanOrEqual(4);
    expect(asked(link, 'query-block')).toBeLessThanOrEqual(5);
  });

  it('shares a reading that is under way', async () => {
    const link = createFakeLink();
    live = createLiveState(link);
    expect(live.refresh()).toBe(live.refresh());
    await vi.advanceTimersByTimeAsync(5);
    expect(asked(link, 'query-block')).toBe(1);
  });

  it('keeps the last good rows and the reason when a reading fails', async () => {
    const link = createFakeLink();
    live = createLiveState(link);
    live.start(1000);
    await vi.advanceTimersByTimeAsync(100);
    link.answers['query-block'] = new QapiError('broken');
    await vi.advanceTimersByTimeAsync(1000);
    expect(live.snapshot).toMatchObject({ error: 'broken' });
    expect(live.snapshot.block).toHaveLength(5);
  });

  it('asks a far end that hangs one short question at a time', async () => {
    const link = createFakeLink();
    live = createLiveState(link);
    live.start(1000);
    await vi.advanceTimersByTimeAsync(100);
    link.hangs = true;
    const before = link.sent.length;
    await vi.advanceTimersByTimeAsync(31_000);
    expect(link.sent.length - before).toBeLessThan(16);
    expect(live.snapshot.error).toContain('no answer');
    link.hangs = false;
    await vi.advanceTimersByTimeAsync(8000);
    expect(live.snapshot.error).toBeUndefined();
  });

  it('rests while the link is not ready, and reads as soon as it is', async () => {
    const link = createFakeLink();
    live = createLiveState(link);
    live.start(1000);
    await vi.advanceTimersByTimeAsync(100);
    link.setState({ state: 'waiting', attempt: 1, retryInMs: 100, reason: 'gone' });
    const before = link.sent.length;
    await vi.advanceTimersByTimeAsync(5000);
    expect(link.sent.length).toBe(before);
    link.setState({ state: 'ready', version: { qemu: { major: 7, minor: 2, micro: 0 }, package: '' } });
    await vi.advanceTimersByTimeAsync(300);
    expect(link.sent.length).toBeGreaterThan(before);
  });

  it('polls nothing before start and after stop', async () => {
    const link = createFakeLink();
    live = createLiveState(link);
    link.emit('BLOCK_JOB_READY');
    live.touch();
    await vi.advanceTimersByTimeAsync(2000);
    expect(link.sent).toEqual([]);
    live.start(500);
    await vi.advanceTimersByTimeAsync(100);
    live.stop();
    const before = link.sent.length;
    link.emit('BLOCK_JOB_READY');
    await vi.advanceTimersByTimeAsync(5000);
    expect(link.sent.length).toBe(before);
  });
});
