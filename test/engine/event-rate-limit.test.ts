import { describe, expect, it } from 'vitest';
import { EventRateLimit } from '../../src/engine/event-rate-limit.ts';
import { VirtualClock } from '../../src/util/virtual-clock.ts';
import { openEngine } from './open-engine.ts';

const MS = 1_000_000n;

describe('the rate limit of events', () => {
  const clock = new VirtualClock();
  const sent: unknown[] = [];
  const limit = new EventRateLimit({ clock, send: ({ data }) => sent.push(data.number) });
  const offer = (key: string, number: number) => limit.offer(key, { event: key, data: { number }, timestamp: { seconds: 0, microseconds: 0 } });

  it('lets the first event through at once, and the last of a second when it is over', () => {
    for (const number of [1, 2, 3]) offer('a', number);
    clock.step(999n * MS);
    expect(sent).toEqual([1]);
    clock.step(MS);
    expect(sent).toEqual([1, 3]);
  });

  it('begins a new second with what has waited', () => {
    clock.step(500n * MS);
    offer('a', 4);
    clock.step(499n * MS);
    expect(sent).toEqual([1, 3]);
    clock.step(MS);
    clock.step(1000n * MS);
    offer('a', 5);
    expect(sent).toEqual([1, 3, 4, 5]);
  });

  it('counts each key by itself, and forgets what waits when it is closed', () => {
    offer('b', 6);
    offer('a', 7);
    limit.close();
    clock.step(5000n * MS);
    expect(sent).toEqual([1, 3, 4, 5, 6]);
    expect(clock.nextNs).toBeUndefined();
  });
});

describe('a quorum', () => {
  it('tells of each bad child once a second, and of failures once a second', async () => {
    const { run, events } = await openEngine({ machine: {} });
    const broken = (name: string) => ({ driver: 'blkdebug', 'node-name': name, 'inject-error': [{ event: 'none', iotype: 'read' }], image: { driver: 'null-co' } });
    await run('blockdev-add', { driver: 'quorum', 'node-name': 'q', 'vote-threshold': 1, children: [broken('one'), broken('two')] });
    for (let time = 0; time < 3; time++) await run('x-qemu-io', { device: 'q', command: 'read 0 512' });
    expect(events.map(([name, data]) => [name, (data as Record<string, unknown>)['node-name']]))
      .toEqual([['QUORUM_REPORT_BAD', 'one'], ['QUORUM_REPORT_BAD', 'two'], ['QUORUM_FAILURE', undefined]]);
  });
});
