import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PanelModel } from '../../src/tui/panel.ts';
import { PanelFeed } from '../../src/tui/panel-feed.ts';
import { FakeSession } from '../support/fake-session.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** A feed of a far end that is read only when the test says so. */
function slowFeed() {
  const session = new FakeSession();
  session.live.start = () => undefined;
  const told: PanelModel[] = [];
  const feed = new PanelFeed(session, (model) => told.push(model));
  return { read: () => session.live.refresh(), drives: () => told.map(({ snapshot }) => snapshot.block.length), close: () => feed.close() };
}

describe('the feed of the panels', () => {
  it('tells the first reading as soon as it comes', async () => {
    const { read, drives, close } = slowFeed();
    vi.advanceTimersByTime(10);
    await read();
    expect(drives()).toEqual([0, 4]);
    close();
  });

  it('tells those that follow at most four times a second, and always the last', async () => {
    const { read, drives, close } = slowFeed();
    for (let reading = 0; reading < 10; reading++) await read();
    expect(drives()).toEqual([0, 4]);
    vi.advanceTimersByTime(249);
    expect(drives()).toEqual([0, 4]);
    vi.advanceTimersByTime(1);
    expect(drives()).toEqual([0, 4, 4]);
    vi.advanceTimersByTime(1000);
    expect(drives()).toEqual([0, 4, 4]);
    close();
  });
});
