import { describe, expect, it } from 'vitest';
import { createSession } from '../../../src/shell/create-session.ts';
import type { Outcome } from '../../../src/shell/session.ts';
import { createFakeLink } from '../fake-link.ts';

type Row = Record<string, unknown>;

/** A far end with one job, whose row the test changes. */
function withJob(row: Row | undefined) {
  const far = { row };
  const link = createFakeLink({
    'query-block-jobs': () => (far.row ? [{ device: 'j0', type: 'mirror', len: 100, offset: 45, paused: false, ...far.row }] : []),
    'query-jobs': () => (far.row ? [{ id: 'j0', type: 'mirror', 'current-progress': 45, 'total-progress': 100, ...far.row }] : []),
  });
  return { far, link, session: createSession({ link }) };
}

const soon = (work: () => void) => void setTimeout(work, 30);

describe('wait job', () => {
  it('waits for ready, told by the event', async () => {
    const { far, link, session } = withJob({ status: 'running' });
    soon(() => {
      far.row = { status: 'ready' };
      link.emit('BLOCK_JOB_READY', { device: 'j0' });
    });
    expect(await session.run('wait job j0 ready')).toEqual({ status: 'done', outputs: [{ kind: 'note', text: 'job j0 is ready' }], reply: { return: {} } });
  });

  it('sees without any event that a job is ready', async () => {
    const { far, session } = withJob({ status: 'running' });
    soon(() => { far.row = { status: 'ready' }; });
    expect(await session.run('wait job j0 ready --timeout 30')).toMatchObject({ status: 'done' });
  });

  it('knows the end of a job that was over, and gone, before it was asked', async () => {
    const { link, session } = withJob(undefined);
    link.emit('BLOCK_JOB_COMPLETED', { device: 'j0', type: 'backup' });
    expect(await session.run('wait job j0 done')).toMatchObject({ status: 'done', outputs: [{ text: 'job j0 is done' }] });
    link.emit('BLOCK_JOB_COMPLETED', { device: 'j0', type: 'backup', error: 'No space left on device' });
    expect((await session.run('wait job j0 done')).outputs[0]?.text).toBe("WaitError: job 'j0' failed: No space left on device");
    link.emit('BLOCK_JOB_CANCELLED', { device: 'j0', type: 'backup' });
    expect((await session.run('wait job j0 done')).outputs[0]?.text).toBe("WaitError: job 'j0' was cancelled");
  });

  it('fails with the error of a job that stays until it is dismissed', async () => {
    const { far, link, session } = withJob({ status: 'running' });
    soon(() => {
      far.row = { status: 'concluded', error: 'Input/output error' };
      link.emit('JOB_STATUS_CHANGE', { id: 'j0', status: 'concluded' });
    });
    expect((await session.run('wait job j0 done')).outputs[0]?.text).toBe("WaitError: job 'j0' failed: Input/output error");
  });

  it('says on the way what the job waits for', async () => {
    const { far, link, session } = withJob({ status: 'ready' });
    const said: Outcome[] = [];
    soon(() => {
      far.row = undefined;
      link.emit('BLOCK_JOB_COMPLETED', { device: 'j0' });
    });
    expect(await session.run('wait job j0 done', { report: (outcome) => void said.push(outcome) })).toMatchObject({ status: 'done' });
    expect(said.map(({ outputs }) => outputs[0]?.text)).toEqual(['job j0: ready: complete to switch over, cancel to keep the source']);
  });

  it.each([
    ['wait job j0 ready --timeout 0.1', "job 'j0' is not ready after 0.1 s (running, 45 %)"], ['wait job nope done', "job 'nope' not found"],
    ['wait', 'wait takes job ID'], ['wait job j0 soon', 'wait takes job ID'], ['wait job j0 done --timeout', 'is no number of seconds'],
    ['wait job j0 done --timeout=-1', 'is no number of seconds'],
  ])('%s fails', async (line, why) => {
    const outcome = await withJob({ status: 'running' }).session.run(line);
    expect(outcome.status).toBe('failed');
    expect(outcome.outputs[0]?.text).toContain(why);
  });

  it('stops when it is told to, and the job goes on', async () => {
    const stop = new AbortController();
    const { session, link } = withJob({ status: 'running' });
    soon(() => stop.abort());
    expect(await session.run('wait job j0 done', { signal: stop.signal })).toMatchObject({ status: 'failed', outputs: [{ text: 'stopped waiting; job j0 goes on' }] });
    expect(link.sent.every(({ command }) => command.startsWith('query-'))).toBe(true);
  });
});
