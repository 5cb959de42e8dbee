import { describe, expect, it } from 'vitest';
import type { JobProgress } from '../../../src/shell/job-progress.ts';
import { jobLines, progressIntervalMs, withoutJob, type ToldJobs } from '../../../src/tui/plain/job-lines.ts';

function job(state: string, done = 0): JobProgress {
  return { id: 'j0', isBlockJob: true, type: 'backup', state, done, total: 100, percent: done, speed: 0, verbs: [], hint: `what to do when ${state}`, rate: 2048, etaSeconds: 3 };
}

const none: ToldJobs = new Map();

describe('what is said of jobs in the line mode', () => {
  it('is how far one has come, once in ten seconds', () => {
    const first = jobLines(none, [job('running')], 0);
    expect(first.lines).toEqual([]);
    const soon = jobLines(first.told, [job('running', 20)], progressIntervalMs - 1);
    expect(soon.lines).toEqual([]);
    const later = jobLines(soon.told, [job('running', 40)], progressIntervalMs);
    expect(later.lines).toEqual(['job j0: backup 40 %, 2 KiB/s, 3 s left, running']);
    expect(jobLines(later.told, [job('running', 60)], progressIntervalMs + 5000).lines).toEqual([]);
  });

  it('is nothing while it does not move', () => {
    const { told } = jobLines(none, [job('running', 7)], 0);
    expect(jobLines(told, [job('running', 7)], 60_000).lines).toEqual([]);
  });

  it('is what it waits for, at once and once', () => {
    const { told } = jobLines(none, [job('running', 7)], 0);
    const ready = jobLines(told, [job('ready', 100)], 5);
    expect(ready.lines).toEqual(['job j0: what to do when ready']);
    expect(jobLines(ready.told, [job('ready', 100)], 10).lines).toEqual([]);
  });

  it('is that it is gone, unless an event has told its end', () => {
    const { told } = jobLines(none, [job('running', 7)], 0);
    expect(jobLines(told, [], 5).lines).toEqual(['job j0: gone']);
    expect(jobLines(withoutJob(told, 'j0'), [], 5).lines).toEqual([]);
  });
});
