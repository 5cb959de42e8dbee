import { describe, expect, it } from 'vitest';
import { IoError } from '../../src/block/io-error.ts';
import type { BlockJob, BlockJobRequest } from '../../src/jobs/block-job.ts';
import { JobTable } from '../../src/jobs/job-table.ts';
import type { JobWork } from '../../src/jobs/job-work.ts';
import { Turns } from '../../src/util/turns.ts';
import { settle, VirtualClock } from '../support/virtual-clock.ts';

/** A job that counts to `len` in steps of 10 bytes, and what listeners heard of it. */
function startCounter(request: Partial<BlockJobRequest> = {}, work: Partial<JobWork> & { len?: number; step?: () => void } = {}) {
  const clock = new VirtualClock();
  const jobs = new JobTable({ clock });
  const heard: string[] = [];
  const events: [string, Readonly<Record<string, unknown>>][] = [];
  jobs.onEvent((name, data) => {
    events.push([name, data]);
    heard.push(name === 'JOB_STATUS_CHANGE' ? String(data.status) : name);
  });
  const steps: string[] = [];
  const job: BlockJob = jobs.create({ id: 'j0', type: 'backup', ...request });
  job.start({
    async run() {
      job.len = work.len ?? 100;
      while (job.offset < job.len) {
        await job.checkpoint();
        while (job.delay > 0) {
          await job.nap(job.delay);
          await job.checkpoint();
        }
        work.step?.();
        job.charge(10);
        job.offset += 10;
      }
    },
    prepare: async () => void steps.push('prepare'),
    commit: async () => void steps.push('commit'),
    abort: async () => void steps.push('abort'),
    clean: async () => void steps.push('clean'),
    ...work,
  });
  return { jobs, job, heard, events, clock, steps };
}

describe('a block job', () => {
  it('runs through its states and tells of them in QEMU\'s order', async () => {
    const { jobs, job, heard, events, steps } = startCounter();
    expect(heard).toEqual(['created', 'running']);
    await job.done;
    expect(heard).toEqual(['created', 'running', 'waiting', 'pending', 'BLOCK_JOB_COMPLETED', 'concluded', 'null']);
    expect(events.find(([name]) => name === 'BLOCK_JOB_COMPLETED')?.[1])
      .toEqual({ device: 'j0', len: 100, offset: 100, speed: 0, type: 'backup' });
    expect(steps).toEqual(['prepare', 'commit', 'clean']);
    expect(jobs.all()).toEqual([]);
  });

  it('takes effect only when nobody else is about to change the graph', async () => {
    const turns = new Turns();
    let leave!: () => void;
    const command = turns.take(() => new Promise<void>((resolve) => (leave = resolve)));
    const jobs = new JobTable({ turns });
    const steps: string[] = [];
    const job = jobs.create({ id: 'j0', type: 'backup' });
    job.start({ run: async () => void steps.push('run'), prepare: async () => void steps.push('prepare'), clean: async () => void steps.push('clean') });
    await settle();
    expect([job.state, ...steps]).toEqual(['pending', 'run']);
    leave();
    await Promise.all([command, job.done]);
    expect(steps).toEqual(['run', 'prepare', 'clean']);
  });

  it('shows itself as query-block-jobs does', () => {
    const { job } = startCounter({ speed: 100 });
    expect(job.info()).toEqual({
      type: 'backup', device: 'j0', len: 0, offset: 0, busy: true, paused: false, speed: 100, 'io-status': 'ok', ready: false,
      status: 'running', 'auto-finalize': true, 'auto-dismiss': true,
    });
  });

  it('waits to be finalized and dismissed when asked to', async () => {
    const { jobs, job, heard, events } = startCounter({ autoFinalize: false, autoDismiss: false });
    await settle();
    expect(heard).toEqual(['created', 'running', 'waiting', 'pending', 'BLOCK_JOB_PENDING']);
    expect(events.at(-1)?.[1]).toEqual({ type: 'backup', id: 'j0' });
    expect(() => job.pause()).toThrow("Job 'j0' in state 'pending' cannot accept command verb 'pause'");
    expect(() => job.resume()).toThrow("Can't resume a job that was not paused");
    expect(() => job.dismiss()).toThrow("Job 'j0' in state 'pending' cannot accept command verb 'dismiss'");
    job.finalize();
    await job.done;
    expect(heard.slice(5)).toEqual(['BLOCK_JOB_COMPLETED', 'concluded']);
    expect(() => job.cancel()).toThrow("Job 'j0' in state 'concluded' cannot accept command verb 'cancel'");
    expect(() => jobs.create({ id: 'j0', type: 'stream' })).toThrow("Job ID 'j0' already in use");
    job.dismiss();
    expect(heard.at(-1)).toBe('null');
    expect(jobs.find('j0')).toBeUndefined();
  });

  it('is cancelled while it waits to be finalized', async () => {
    const { job, heard, steps } = startCounter({ autoFinalize: false, autoDismiss: false });
    await settle();
    job.cancel();
    await job.done;
    expect(heard.slice(5)).toEqual(['aborting', 'BLOCK_JOB_CANCELLED', 'concluded']);
    expect(job.info().error).toBe('Operation canceled');
    expect(steps).toEqual(['abort', 'clean']);
  });

  it('pauses only once, does nothing meanwhile, and goes on when resumed', async () => {
    const { job, heard, clock } = startCounter({ speed: 100 });
    await clock.pass(200);
    expect(() => job.complete()).toThrow("Job 'j0' in state 'running' cannot accept command verb 'complete'");
    job.pause();
    expect(() => job.pause()).toThrow('Job is already paused');
    await clock.pass(10_000);
    const { offset } = job;
    expect(offset).toBeLessThan(100);
    expect(job.info()).toMatchObject({ paused: true, busy: false, status: 'paused' });
    expect(() => job.complete()).toThrow("Job 'j0' in state 'paused' cannot accept command verb 'complete'");
    job.resume();
    expect(() => job.resume()).toThrow("Can't resume a job that was not paused");
    await clock.pass(10_000);
    expect(heard).toEqual(['created', 'running', 'paused', 'running', 'waiting', 'pending', 'BLOCK_JOB_COMPLETED', 'concluded', 'null']);
  });

  it('is cancelled at once even while its speed makes it sleep', async () => {
    const { job, heard } = startCounter({ speed: 1 });
    await settle();
    job.cancel();
    await settle();
    expect(heard).toEqual(['created', 'running', 'aborting', 'BLOCK_JOB_CANCELLED', 'concluded', 'null']);
  });

  it('refuses to be cancelled while it is paused, unless by force', async () => {
    const { job, heard } = startCounter({ speed: 1 });
    await settle();
    job.pause();
    await settle();
    expect(() => job.cancel()).toThrow("The block job for device 'j0' is currently paused");
    job.cancel({ force: true });
    await job.done;
    expect(heard).toEqual(['created', 'running', 'paused', 'running', 'aborting', 'BLOCK_JOB_CANCELLED', 'concluded', 'null']);
  });

  it('takes a new speed while it sleeps', async () => {
    const { job, clock } = startCounter({ speed: 1 });
    await clock.pass(100);
    expect(() => job.setSpeed(-5)).toThrow("Parameter 'speed' expects a non-negative value");
    job.setSpeed(0);
    await job.done;
    expect(job.offset).toBe(100);
  });

  it('fails with the errno\'s text and tells it in the event', async () => {
    const { job, heard, events, steps } = startCounter({}, {
      step: () => { throw new IoError('EIO', 'read'); },
    });
    await job.done;
    expect(heard).toEqual(['created', 'running', 'aborting', 'BLOCK_JOB_COMPLETED', 'concluded', 'null']);
    expect(events.find(([name]) => name === 'BLOCK_JOB_COMPLETED')?.[1]).toMatchObject({ error: 'Input/output error', offset: 0, len: 100 });
    expect(steps).toEqual(['abort', 'clean']);
  });

  it('fails when its last step fails', async () => {
    const { job, heard } = startCounter({}, { prepare: () => Promise.reject(new IoError('ENOSPC', 'metadata')) });
    await job.done;
    expect(job.error).toBe('No space left on device');
    expect(heard.slice(2)).toEqual(['waiting', 'pending', 'aborting', 'BLOCK_JOB_COMPLETED', 'concluded', 'null']);
  });

  it.each([
    ['report', 'EIO', 'report', 'ok'], ['ignore', 'EIO', 'ignore', 'ok'], ['stop', 'EIO', 'stop', 'failed'],
    ['enospc', 'EIO', 'report', 'ok'], ['enospc', 'ENOSPC', 'stop', 'nospace'], ['auto', 'ENOSPC', 'stop', 'nospace'],
  ] as const)('with on-error=%s answers %s with %s', async (policy, code, action, ioStatus) => {
    const { job, events } = startCounter({ speed: 10 });
    expect(job.handleError(new IoError(code, 'write'), 'write', policy)).toBe(action);
    expect(events.at(-1)).toEqual(['BLOCK_JOB_ERROR', { device: 'j0', operation: 'write', action }]);
    expect(job.ioStatus).toBe(ioStatus);
    if (action === 'stop') {
      await settle();
      expect(job.state).toBe('paused');
      job.resume();
      expect(job.ioStatus).toBe('ok');
    }
    job.cancel();
    await job.done;
  });

  it('becomes ready and completes when asked, and only then', async () => {
    let isAsked = false;
    const { job, heard, events } = startCounter({ type: 'mirror' }, {
      async run() {
        job.becomeReady();
        while (!isAsked) {
          await job.nap();
          await job.checkpoint();
        }
      },
      complete: () => { isAsked = true; },
    });
    await settle();
    expect(events.at(-1)).toEqual(['BLOCK_JOB_READY', { device: 'j0', len: 0, offset: 0, speed: 0, type: 'mirror' }]);
    expect(job.info()).toMatchObject({ ready: true, status: 'ready' });
    job.pause();
    await settle();
    expect(job.state).toBe('standby');
    expect(() => job.complete()).toThrow("The active block job 'j0' cannot be completed");
    job.resume();
    await settle();
    job.complete();
    await job.done;
    expect(heard).toEqual(['created', 'running', 'ready', 'BLOCK_JOB_READY', 'standby', 'ready', 'waiting', 'pending',
      'BLOCK_JOB_COMPLETED', 'concluded', 'null']);
  });

  it('has no events of block jobs when it is none', async () => {
    const { job, heard } = startCounter({ type: 'create', autoDismiss: false });
    await job.done;
    expect(heard).toEqual(['created', 'running', 'waiting', 'pending', 'concluded']);
    expect(job.summary()).toEqual({ id: 'j0', type: 'create', status: 'concluded', 'current-progress': 100, 'total-progress': 100 });
  });
});
