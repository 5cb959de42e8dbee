import { describe, expect, it } from 'vitest';
import { accepts, canStep, checkVerb, JOB_STATES } from '../../src/jobs/job-states.ts';

const stepsFrom = (state: (typeof JOB_STATES)[number]) => JOB_STATES.filter((next) => canStep(state, next));

describe('the states of a job', () => {
  it('lead where QEMU lets them lead', () => {
    expect(stepsFrom('undefined')).toEqual(['created']);
    expect(stepsFrom('created')).toEqual(['running', 'aborting', 'null']);
    expect(stepsFrom('running')).toEqual(['paused', 'ready', 'waiting', 'aborting']);
    expect(stepsFrom('paused')).toEqual(['running']);
    expect(stepsFrom('ready')).toEqual(['standby', 'waiting', 'aborting']);
    expect(stepsFrom('standby')).toEqual(['ready']);
    expect(stepsFrom('waiting')).toEqual(['pending', 'aborting']);
    expect(stepsFrom('pending')).toEqual(['aborting', 'concluded']);
    expect(stepsFrom('aborting')).toEqual(['aborting', 'concluded']);
    expect(stepsFrom('concluded')).toEqual(['null']);
    expect(stepsFrom('null')).toEqual([]);
  });

  it('accept each verb only where it makes sense', () => {
    expect(JOB_STATES.filter((state) => accepts(state, 'cancel')))
      .toEqual(['created', 'running', 'paused', 'ready', 'standby', 'waiting', 'pending']);
    expect(JOB_STATES.filter((state) => accepts(state, 'set-speed'))).toEqual(['created', 'running', 'paused', 'ready', 'standby']);
    expect(JOB_STATES.filter((state) => accepts(state, 'complete'))).toEqual(['ready', 'standby']);
    expect(JOB_STATES.filter((state) => accepts(state, 'finalize'))).toEqual(['pending']);
    expect(JOB_STATES.filter((state) => accepts(state, 'dismiss'))).toEqual(['concluded']);
    expect(JOB_STATES.filter((state) => accepts(state, 'change'))).toEqual(['running', 'paused', 'ready', 'standby']);
  });

  it('refuse an illegal verb in QEMU\'s words', () => {
    expect(() => checkVerb('d0', 'running', 'finalize')).toThrow("Job 'd0' in state 'running' cannot accept command verb 'finalize'");
    expect(() => checkVerb('d0', 'running', 'pause')).not.toThrow();
  });
});
