import { describe, expect, it } from 'vitest';
import { JobTable } from '../../src/jobs/job-table.ts';
import type { JobWork } from '../../src/jobs/job-work.ts';

describe('the table of jobs', () => {
  it.each(['', '1a', 'a b', '#block1', 'ä'])('refuses the id "%s"', (id) => {
    expect(() => new JobTable().create({ id, type: 'stream' })).toThrow(`Invalid job ID '${id}'`);
  });

  it('refuses an id that is in use', () => {
    const jobs = new JobTable();
    jobs.create({ id: 'drive-0_a.b', type: 'stream' });
    expect(() => jobs.create({ id: 'drive-0_a.b', type: 'backup' })).toThrow("Job ID 'drive-0_a.b' already in use");
  });

  it('forgets a job whose speed is refused, and tells so', () => {
    const jobs = new JobTable();
    const heard: unknown[] = [];
    jobs.onEvent((_name, data) => heard.push(data.status));
    expect(() => jobs.create({ id: 'd0', type: 'stream', speed: -1 })).toThrow("Parameter 'speed' expects a non-negative value");
    expect(heard).toEqual(['created', 'null']);
    expect(jobs.find('d0')).toBeUndefined();
  });

  it('knows no job by another name', () => {
    const jobs = new JobTable();
    expect(() => jobs.get('zz')).toThrow(expect.objectContaining({ class: 'GenericError', desc: 'Job not found' }));
    expect(() => jobs.getBlockJob('zz')).toThrow(expect.objectContaining({ class: 'DeviceNotActive', desc: "Block job 'zz' not found" }));
  });

  it('tells block jobs from jobs that work for no device', () => {
    const jobs = new JobTable();
    const made = jobs.create({ id: 'made', type: 'create' });
    expect(jobs.get('made')).toBe(made);
    expect(() => jobs.getBlockJob('made')).toThrow("Block job 'made' not found");
  });

  it('lists the newest job first', () => {
    const jobs = new JobTable();
    for (const id of ['a', 'b', 'c']) jobs.create({ id, type: 'stream' });
    expect(jobs.all().map((job) => job.id)).toEqual(['c', 'b', 'a']);
  });

  it('cancels all jobs and waits until they have let go', async () => {
    const jobs = new JobTable();
    let cleaned = 0;
    for (const id of ['a', 'b']) {
      const job = jobs.create({ id, type: 'stream' });
      const work: JobWork = {
        run: async () => { for (;;) { await job.nap(); await job.checkpoint(); } },
        clean: async () => void cleaned++,
      };
      job.start(work);
    }
    jobs.get('a').pause();
    await jobs.cancelAll();
    expect(cleaned).toBe(2);
    expect(jobs.all()).toEqual([]);
  });
});
