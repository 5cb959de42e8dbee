import { describe, expect, it } from 'vitest';
import { addJobReading, formatDuration, noJobs, percentOf } from '../../src/shell/job-progress.ts';
import { canDo, jobActions, jobState, nextStep } from '../../src/shell/job-verbs.ts';
import { mergeJobs } from '../../src/shell/merge-jobs.ts';
import { recorded } from './fake-link.ts';

const rows = recorded['query-block-jobs'] as Record<string, unknown>[];
const job = (offset: number, more = {}) => ({ device: 'j', type: 'stream', len: 1000, offset, speed: 0, paused: false, status: 'running', ...more });

describe('the progress of jobs', () => {
  it('shows what a real QEMU says of a stream, a ready mirror and a paused backup', () => {
    const { jobs } = addJobReading(noJobs, { jobs: rows, atMs: 1 });
    expect(jobs.map(({ id, type, state, percent }) => ({ id, type, state, percent }))).toEqual([
      { id: 'bk0', type: 'backup', state: 'paused', percent: 1.5 },
      { id: 'mir0', type: 'mirror', state: 'ready', percent: 100 },
      { id: 'ide0-hd0', type: 'stream', state: 'running', percent: 3.1 },
    ]);
  });

  it('computes rate and time to go from two readings', () => {
    const one = addJobReading(noJobs, { jobs: [job(100)], atMs: 0 });
    expect(one.jobs[0]?.rate).toBeUndefined();
    const two = addJobReading(one, { jobs: [job(200)], atMs: 1000 });
    expect(two.jobs[0]).toMatchObject({ rate: 100, etaSeconds: 8, percent: 20 });
  });

  it('smooths the rate', () => {
    let state = addJobReading(noJobs, { jobs: [job(0)], atMs: 0 });
    state = addJobReading(state, { jobs: [job(100)], atMs: 1000 });
    state = addJobReading(state, { jobs: [job(100)], atMs: 2000 });
    expect(state.jobs[0]?.rate).toBeGreaterThan(50);
    expect(state.jobs[0]?.rate).toBeLessThan(100);
  });

  it('takes what the guest adds off the rate, and says when the job loses', () => {
    const read = (growth: number) => {
      let state = noJobs;
      for (let second = 0; second <= 20; second++) {
        state = addJobReading(state, { jobs: [job(100 * second, { type: 'mirror', len: 10_000 + growth * second })], atMs: 1000 * second });
      }
      return state.jobs[0];
    };
    expect(read(50)).toMatchObject({ rate: 100, growth: 50, etaSeconds: (11_000 - 2000) / 50 });
    expect(read(50)?.isLosing).toBeUndefined();
    expect(read(130)).toMatchObject({ isLosing: true, growth: 130 });
    expect(read(130)?.etaSeconds).toBeUndefined();
  });

  it('lets a mirror that is ready follow the guest, unless it falls far behind', () => {
    const read = (left: number) => {
      let state = noJobs;
      for (let second = 0; second <= 20; second++) {
        const row = job(100 * second, { type: 'mirror', status: 'ready', ready: true, len: 100 * second + (second === 0 ? 0 : left) });
        state = addJobReading(state, { jobs: [row], atMs: 1000 * second });
      }
      return state.jobs[0]?.isLosing;
    };
    expect(read(50)).toBeUndefined();
    expect(read(5000)).toBe(true);
  });

  it('does not promise an end while the job is paused or stands still', () => {
    const one = addJobReading(noJobs, { jobs: [job(100)], atMs: 0 });
    expect(addJobReading(one, { jobs: [job(200, { paused: true, status: 'paused' })], atMs: 1000 }).jobs[0]?.etaSeconds).toBeUndefined();
    expect(addJobReading(one, { jobs: [job(100)], atMs: 1000 }).jobs[0]?.etaSeconds).toBeUndefined();
  });

  it('never calls 0 of 0 finished, nor rounds up to 100 percent', () => {
    expect(percentOf(0, 0)).toBeUndefined();
    expect(percentOf(999_999, 1_000_000)).toBe(99.9);
    expect(percentOf(5, 5)).toBe(100);
  });

  it.each([[0.2, '1 s'], [59, '59 s'], [65, '1 min 05 s'], [3600 * 3 + 420, '3 h 07 min'], [86_400 * 2 + 3600 * 4, '2 d 4 h']])(
    'writes %s seconds as %s', (seconds, text) => { expect(formatDuration(seconds)).toBe(text); });
});

describe('what can be done with a job', () => {
  it('offers resume to the paused, complete to the ready, pause to the running', () => {
    const [backup, mirror, stream] = rows as [Record<string, unknown>, Record<string, unknown>, Record<string, unknown>];
    expect(jobActions(backup)).toEqual(['resume', 'set-speed', 'cancel']);
    expect(jobActions(mirror)).toEqual(['pause', 'set-speed', 'complete', 'cancel']);
    expect(jobActions(stream)).toEqual(['pause', 'set-speed', 'cancel']);
    expect(canDo(stream, 'complete')).toBe(false);
  });

  it('offers finalize to pending jobs and dismiss to concluded ones', () => {
    expect(jobActions({ status: 'pending' })).toEqual(['cancel', 'finalize']);
    expect(jobActions({ status: 'concluded' })).toEqual(['dismiss']);
  });

  it('takes a job that only drains for running, and one without a status by its flags', () => {
    expect(jobState({ status: 'paused', paused: false })).toBe('running');
    expect(jobState({ status: 'standby', paused: false })).toBe('ready');
    expect(jobState({ paused: true, ready: true })).toBe('standby');
    expect(jobState({ paused: false, ready: false })).toBe('running');
  });

  it('says what a ready mirror and a failed job wait for', () => {
    expect(nextStep(rows[1]!)).toContain('complete to switch over');
    expect(nextStep({ status: 'concluded', error: 'No space left on device' })).toContain('No space left on device');
  });
});

describe('merging the two lists of jobs', () => {
  it('keeps one row per job and adds the jobs that only query-jobs knows', () => {
    const merged = mergeJobs(rows, [...recorded['query-jobs'] as [], { id: 's', type: 'snapshot-save', status: 'concluded', 'current-progress': 3, 'total-progress': 3, error: 'bad' }]);
    expect(merged).toHaveLength(4);
    expect(merged[3]).toMatchObject({ device: 's', type: 'snapshot-save', offset: 3, len: 3, error: 'bad' });
  });
});
