import { describe, expect, it } from 'vitest';
import { createSession } from '../../../src/shell/create-session.ts';
import type { LiveView, Outcome } from '../../../src/shell/session.ts';
import { createFakeLink } from '../fake-link.ts';

describe('watch', () => {
  it('runs any line so many times and reports each round', async () => {
    let count = 0;
    const link = createFakeLink({ 'query-status': () => ({ count: ++count }) });
    const session = createSession({ link });
    const rounds: Outcome[] = [];
    const last = await session.run('watch -n 0.1 -c 3 query-status', { report: (outcome) => void rounds.push(outcome) });
    expect(rounds.map(({ reply }) => reply)).toEqual([{ return: { count: 1 } }, { return: { count: 2 } }, { return: { count: 3 } }]);
    expect(rounds[0]?.outputs[0]?.text).toMatch(/^every 0.1 s: query-status {3}\d\d:\d\d:\d\d$/);
    expect(last).toEqual({ status: 'done', outputs: [] });
  });

  it('shows a round in place of the one before, marks what is new, and leaves the last one', async () => {
    let count = 0;
    const link = createFakeLink({ 'query-status': () => ({ status: 'running', count: ++count }) });
    const views: LiveView[] = [];
    const last = await createSession({ link }).run('watch -n0.1 -c2 query-status', { show: (view) => void views.push(view) });
    const changed = views.map(({ lines }) => lines.filter(({ isChanged }) => isChanged).map(({ text }) => text.trim()));
    expect(changed).toEqual([[], ['"count": 2']]);
    expect(last.outputs.map(({ text }) => text).join()).toContain('"count": 2');
  });

  it('goes on after a round that failed, and ends at once when it is stopped', async () => {
    const stop = new AbortController();
    const link = createFakeLink();
    const rounds: Outcome[] = [];
    const report = (outcome: Outcome) => {
      if (rounds.push(outcome) === 2) stop.abort();
    };
    expect(await createSession({ link }).run('watch -n 0.1 query-nothing', { signal: stop.signal, report })).toMatchObject({ status: 'failed', outputs: [] });
    expect(rounds.map(({ status }) => status)).toEqual(['failed', 'failed']);
  });

  it('ends when somebody does not want what it would do', async () => {
    const link = createFakeLink({ 'block_resize': {} });
    const session = createSession({ link, safety: { allow: 'observe', confirm: () => false } });
    const rounds: Outcome[] = [];
    await session.run('watch -n 0.1 block_resize ide0-hd0 10M', { report: (outcome) => void rounds.push(outcome) });
    expect(rounds).toMatchObject([{ status: 'failed', reply: { error: { class: 'Refused' } } }]);
  });

  it('is stopped while the far end hangs', async () => {
    const stop = new AbortController();
    const link = createFakeLink();
    link.hangs = true;
    const ended = createSession({ link }).run('watch query-status', { signal: stop.signal });
    setTimeout(() => stop.abort(), 20);
    expect(await ended).toEqual({ status: 'done', outputs: [] });
  });

  it.each([
    ['watch', 'say what to watch'], ['watch -n', 'is no number of seconds'], ['watch -n x info block', "'x' is no number"],
    ['watch -n 0.01 info block', "'0.01' is no number"], ['watch -x 1 info block', 'there is no option -x'], ['watch watch info block', 'cannot be watched'],
  ])('refuses %s', async (line, why) => {
    const outcome = await createSession({ link: createFakeLink() }).run(line);
    expect(outcome.outputs[0]?.text).toContain(why);
    expect(outcome.status).toBe('failed');
  });
});
