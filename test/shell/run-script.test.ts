import { describe, expect, it } from 'vitest';
import { createSession } from '../../src/shell/create-session.ts';
import { outcomeJson, runScript } from '../../src/shell/run-script.ts';
import { createFakeLink } from './fake-link.ts';

const run = async (lines: string[], options = {}) => {
  const link = createFakeLink();
  const steps = [];
  for await (const step of runScript(createSession({ link }), lines, options)) steps.push(step);
  return { link, steps };
};

describe('a script', () => {
  it('runs its lines in order, without blank lines and comments', async () => {
    const { steps } = await run(['# first', 'query-version', '', '  # more', 'query-status']);
    expect(steps.map(({ lineNumber, text }) => [lineNumber, text])).toEqual([[2, 'query-version'], [5, 'query-status']]);
  });

  it('joins the lines of one message', async () => {
    const { steps } = await run(['{', '  # no comment inside', '}'].toSpliced(1, 1, '  "execute":', '  "query-status"'));
    expect(steps).toMatchObject([{ lineNumber: 1, outcome: { status: 'done', reply: { return: { status: 'prelaunch' } } } }]);
  });

  it('stops at the first error', async () => {
    const { steps } = await run(['query-nosuch', 'query-version']);
    expect(steps.map(({ outcome }) => outcome.status)).toEqual(['failed']);
  });

  it('goes on when it is told to', async () => {
    const { steps } = await run(['query-nosuch', 'query-version'], { keepGoing: true });
    expect(steps.map(({ outcome }) => outcome.status)).toEqual(['failed', 'done']);
  });

  it('ends at quit', async () => {
    expect((await run(['quit', 'query-version'])).steps).toHaveLength(1);
  });

  it('fails on a message that is never closed', async () => {
    const { steps } = await run(['query-version', '{"execute":', '']);
    expect(steps[1]?.outcome.outputs[0]?.text).toBe('InputError: the JSON message that begins in line 2 is not closed');
  });

  it('makes one line of JSON of each outcome', async () => {
    const { steps } = await run(['query-status', 'query-nosuch'], { keepGoing: true });
    expect(steps.map(({ outcome }) => outcomeJson(outcome))).toEqual([
      expect.stringMatching(/^\{"return":\{.*"status":"prelaunch".*\}\}$/) as string,
      '{"error":{"class":"CommandNotFound","desc":"The command query-nosuch has not been found"}}',
    ]);
  });
});
