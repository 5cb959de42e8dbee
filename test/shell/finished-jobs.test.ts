import { describe, expect, it } from 'vitest';
import { addJobEvent, addSeenJobs, forgetFinished, noJobHistory } from '../../src/shell/finished-jobs.ts';
import type { JobHistory } from '../../src/shell/finished-jobs.ts';
import { addJobReading, noJobs } from '../../src/shell/job-progress.ts';

type Row = Readonly<Record<string, unknown>>;

const timestamp = { seconds: 1, microseconds: 0 };
const tell = (history: JobHistory, ...events: [string, Row][]) =>
  events.reduce((before, [event, data]) => addJobEvent(before, { event, data, timestamp }), history);
const status = (id: string, ...states: string[]): [string, Row][] => states.map((state) => ['JOB_STATUS_CHANGE', { id, status: state }]);
const over = (device: string, more: Row = {}): Row => ({ device, type: 'mirror', offset: 5, len: 10, speed: 0, ...more });
const seen = (history: JobHistory, ...rows: Row[]) => addSeenJobs(history, addJobReading(noJobs, { jobs: rows, atMs: 1 }).jobs);

describe('the history of jobs', () => {
  it('keeps the states that a job has been in, and begins anew with a job of the same name', () => {
    const history = tell(noJobHistory, ...status('j', 'created', 'running', 'paused', 'running', 'running'));
    expect(history.passed.get('j')).toEqual(['created', 'running', 'paused', 'running']);
    expect(tell(history, ...status('j', 'created')).passed.get('j')).toEqual(['created']);
  });

  it('keeps results until somebody forgets them', () => {
    const history = tell(noJobHistory, ['BLOCK_JOB_COMPLETED', over('a', { offset: 10 })], ['BLOCK_JOB_CANCELLED', over('b')],
      ['BLOCK_JOB_COMPLETED', over('a', { error: 'No space left on device' })], ['RESUME', {}]);
    expect(history.finished.map(({ key, result, error }) => [key, result, error])).toEqual([
      ['a#1', 'completed', undefined], ['b#2', 'cancelled', undefined], ['a#3', 'failed', 'No space left on device'],
    ]);
    expect(forgetFinished(history, 'b#2').finished.map(({ key }) => key)).toEqual(['a#1', 'a#3']);
  });

  it('forgets the result of a job that was seen concluded and then dismissed', () => {
    const done = seen(tell(noJobHistory, ['BLOCK_JOB_COMPLETED', over('a')], ...status('a', 'concluded')), { device: 'a', status: 'concluded', speed: 0 });
    expect(done.finished).toHaveLength(1);
    expect(tell(done, ...status('a', 'null')).finished).toEqual([]);
  });

  it('keeps what becomes of a job that tells nothing but its states', () => {
    const row = { device: 'save', type: 'snapshot-save', status: 'running', offset: 5, len: 10 };
    const running = seen(tell(noJobHistory, ...status('save', 'created', 'running')), row);
    expect(tell(running, ...status('save', 'concluded', 'null')).finished).toMatchObject([{ id: 'save', result: 'completed', done: 10 }]);
    expect(tell(running, ...status('save', 'aborting', 'concluded', 'null')).finished).toMatchObject([{ id: 'save', result: 'failed', done: 5 }]);
  });

  it('does not grow for ever', () => {
    let history = noJobHistory;
    for (let count = 0; count < 1000; count++) history = tell(history, ['BLOCK_JOB_COMPLETED', over(`j${count}`)], ...status(`j${count}`, 'created', 'null'));
    expect(history.finished.length).toBeLessThanOrEqual(200);
    expect(history.passed.size).toBe(0);
  });
});
