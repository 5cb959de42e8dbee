import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithQemu } from '../support/qemu.ts';
import type { GraphReferee, Step } from './graph-referee.ts';
import { above, abort, copy, copyTo, grouped, inside, node, overlay, startReferee, together } from './transaction-steps.ts';

const backup = (args: Record<string, unknown>): Step => ['blockdev-backup', args];
const full = { device: 'a', target: 'tn', sync: 'full' };

/** QEMU 7.2 hangs when it has to undo two actions on one device: such a transaction is only played on this engine, elsewhere. */
const transcripts: Record<string, readonly Step[]> = {
  'what is no transaction': [
    ['transaction'], ['transaction', { actions: [] }], ['transaction', { actions: 5 }], together(['bogus']), ['transaction', { actions: [{ type: 'abort' }] }],
    together(['abort', { x: 1 }]), ['transaction', { actions: [], properties: { 'completion-mode': 'bogus' } }],
    ['transaction', { actions: [{ data: {} }] }], together(['blockdev-snapshot-sync']), together(['blockdev-snapshot-sync', { device: 'a' }]),
    together(['blockdev-snapshot', { node: 'a' }]), together(['drive-backup', { device: 'a' }]), together(['blockdev-backup', { device: 'a', sync: 'full' }]),
  ],
  'all or nothing': [
    together(abort), together(abort, abort), together(overlay('a', 's1.qcow2'), abort), together(abort, overlay('nope', 's1.qcow2')),
    together(overlay('nope', 's1.qcow2'), abort), together(overlay('a', 's1.qcow2'), overlay('b', 's2.qcow2'), abort),
    together(overlay('a', 's1.qcow2'), overlay('nope', 's2.qcow2')), together(overlay('a', 's1.qcow2'), overlay('empty', 's2.qcow2')),
    together(overlay('a', 's1.qcow2'), overlay('b', 's2.qcow2')), together(overlay('a', 's3.qcow2'), overlay('a', 's4.qcow2')),
    together(overlay('a', 's5.qcow2'), overlay('b', 's1.qcow2')),
    node('o1', 'o1.qcow2'), node('o2', 'o2.qcow2'), together(above('s4-qcow2', 'o1'), abort), together(above('nope', 'o1')), together(above('s4-qcow2', 'nope')),
    together(above('s4-qcow2', 'o1'), above('s2-qcow2', 'o2')),
  ],
  'snapshots inside images': [
    together(inside('a', 'i1'), abort), together(inside('a', 'i1'), inside('r', 'i1')), together(inside('a', 'i1'), inside('nope', 'i1')),
    together(inside('a', 'i1'), inside('b', 'i1')), together(inside('b', 'i2'), inside('a', 'i1')), grouped(inside('a', 'i3')),
    together(inside('a', 'i2'), inside('b', '')), ['blockdev-snapshot-delete-internal-sync', { device: 'a', name: 'i2' }],
  ],
  'backups that never begin': [
    together(copy('a', 't1.qcow2'), abort), together(copy('a', 't1.qcow2'), copy('nope', 't2.qcow2')),
    together(copy('empty', 't1.qcow2'), abort), together(copy('a', 't1.qcow2', { sync: 'incremental' })), ['query-block-jobs'],
    node('tn', 'tn.qcow2'), node('tx', 'tx.qcow2'), together(copyTo('a', 'tn'), abort), together(copyTo('a', 'tx')), together(copyTo('a', 'nope')),
    together(copyTo('nope', 'tn')), together(copyTo('a', 'tn'), copyTo('b', 'tn')), ['query-block-jobs'],
  ],
  'backups that run': [
    together(copy('a', 't1.qcow2'), copy('b', 't2.qcow2')), ['query-block-jobs'],
    together(copy('a', 't3.qcow2'), overlay('b', 's7.qcow2')), ['query-block-jobs'],
    grouped(copy('a', 't4.qcow2', { 'job-id': 'j1' }), copyTo('b', 'tn', { 'job-id': 'j2' })), ['query-block-jobs'],
    together(copyTo('a', 'tn')), ['query-block-jobs'],
  ],
  'grouped': [
    grouped(overlay('a', 's9.qcow2')), grouped(above('a', 'o1')), grouped(abort), grouped(copy('a', 't5.qcow2'), overlay('a', 's9.qcow2')),
    ['query-block-jobs'],
  ],
  'blockdev-backup': [
    backup({}), backup({ device: 'a' }), backup({ device: 'a', target: 'tn' }), backup({ ...full, target: 'nope' }), backup({ ...full, device: 'nope' }),
    backup({ ...full, target: 'a' }), backup({ ...full, target: 'tx' }), backup({ ...full, target: 'empty' }), backup({ ...full, device: 'empty' }),
    backup({ ...full, sync: 'bogus' }), backup({ ...full, sync: 'incremental' }), backup({ ...full, sync: 'bitmap' }),
    backup({ ...full, sync: 'bitmap', bitmap: 'x' }), backup({ ...full, bitmap: 'x' }), backup({ ...full, speed: -1 }), backup({ ...full, 'job-id': '1x' }),
    backup({ ...full, device: 'tx' }), backup({ ...full, device: 'tn' }), backup({ ...full, target: 'r', compress: true }),
    backup({ ...full, speed: 'x' }), backup({ ...full, 'on-source-error': 'bogus' }), backup({ ...full, bogus: 1 }),
    backup(full), ['query-block-jobs'], backup({ ...full, 'sync': 'top', 'job-id': 'top' }), ['query-block-jobs'],
    backup({ ...full, 'sync': 'none', 'job-id': 'none', 'speed': 4096 }), backup({ ...full, 'job-id': 'none' }), ['blockdev-del', { 'node-name': 'tn' }],
    backup({ ...full, 'device': 'b', 'job-id': 'k' }), backup({ ...full, 'job-id': 'k2' }), ['block-job-cancel', { device: 'none' }],
    ['query-block-jobs'], ['blockdev-del', { 'node-name': 'tn' }],
  ],
};

describeWithQemu('transactions and backups to nodes beside the real QEMU', () => {
  let referee: GraphReferee;

  beforeAll(async () => {
    referee = await startReferee();
  });

  afterAll(() => referee.stop());

  for (const [title, steps] of Object.entries(transcripts)) {
    it(`answers as QEMU does: ${title}`, async () => {
      await referee.play(steps);
      await referee.compareQueries();
    });
  }

  it('compares enough steps to be trusted', () => expect(referee.steps).toBeGreaterThan(80));

  it('leaves the same images', () => referee.compareImages(['t1.qcow2', 't2.qcow2', 't3.qcow2', 't4.qcow2', 'tn.qcow2']));
});
