import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithQemu } from '../support/qemu.ts';
import type { GraphReferee, Step } from './graph-referee.ts';
import { above, abort, copy, copyTo, grouped, inside, node, overlay, startReferee, together } from './transaction-steps.ts';
import type { Action } from './transaction-steps.ts';

const raw = (args: Record<string, unknown>): Step => ['transaction', args];
const actions = (...list: unknown[]): Step => raw({ actions: list });
const properties = (value: unknown): Step => raw({ actions: [], properties: value });
const mode = (value: unknown): Step => properties({ 'completion-mode': value });
const sync = (data: Record<string, unknown>): Step => together(['blockdev-snapshot-sync', data]);
const snapshot = (data: Record<string, unknown>): Step => together(['blockdev-snapshot', data]);
const internal = (data: Record<string, unknown>): Step => together(['blockdev-snapshot-internal-sync', data]);
const first = (action: Action): Step => together(action, abort);
const file = { 'device': 'a', 'snapshot-file': 's.qcow2' };

const transcripts: Record<string, readonly Step[]> = {
  'the list of actions': [
    raw({}), raw({ actions: {} }), raw({ actions: 'abort' }), raw({ actions: null }), raw({ actions: true }), actions('abort'), actions(5), actions(null), actions([]),
    actions({}), actions({ type: 'abort' }), actions({ type: 'abort', data: 5 }), actions({ type: 'abort', data: null }), actions({ type: 'abort', data: [] }),
    actions({ type: 'abort', data: {}, more: 1 }), actions({ type: 5, data: {} }), actions({ type: null, data: {} }), actions({ type: '', data: {} }),
    actions({ type: 'Abort', data: {} }), actions({ type: 'eject', data: {} }), actions({ type: 'blockdev-add', data: {} }), actions({ data: {} }),
    actions({ type: 'abort', data: {} }, { type: 'bogus', data: {} }), actions({ type: 'abort', data: { x: [] } }), raw({ actions: [], bogus: 1 }),
  ],
  'properties': [
    properties(5), properties(null), properties([]), properties('grouped'), properties({}), properties({ bogus: 1 }), mode(5), mode(null), mode('all'), mode('individual'),
    mode('grouped'), mode(''), mode(['grouped']), grouped(), grouped(abort), grouped(abort, abort), grouped(overlay('a', 's.qcow2')), grouped(above('na', 'nb')),
    grouped(inside('a', 'i')), grouped(inside('nope', 'i')), grouped(copy('nope', 't.qcow2')), grouped(copyTo('a', 'nope')),
    grouped(['bogus']), grouped(copy('a', 't.qcow2'), abort), grouped(copy('a', 't.qcow2'), overlay('b', 's.qcow2')), grouped(overlay('b', 's.qcow2'), copy('a', 't.qcow2')),
  ],
  'overlays in files': [
    sync({}), sync({ device: 'a' }), sync({ 'snapshot-file': 's.qcow2' }), sync({ ...file, device: 5 }), sync({ ...file, 'snapshot-file': 5 }), sync({ ...file, 'snapshot-file': null }),
    sync({ ...file, format: 5 }), sync({ ...file, format: 'bogus' }), sync({ ...file, format: 'raw' }), sync({ ...file, mode: 'bogus' }), sync({ ...file, mode: 5 }),
    sync({ ...file, mode: 'existing' }), sync({ ...file, 'node-name': 'na' }), sync({ ...file, 'node-name': 'nope' }), sync({ 'node-name': 'na', 'snapshot-file': 's.qcow2' }),
    sync({ ...file, 'snapshot-node-name': 'na' }), sync({ ...file, 'snapshot-node-name': 'a' }), sync({ ...file, 'snapshot-node-name': '1x' }),
    sync({ ...file, 'snapshot-node-name': 'x'.repeat(40) }), sync({ ...file, 'snapshot-node-name': '' }), sync({ ...file, 'snapshot-file': '/nonexistent-folder/s.qcow2' }),
    sync({ ...file, 'snapshot-file': '' }), sync({ ...file, device: 'empty' }), sync({ ...file, device: 'nope' }), sync({ ...file, device: '' }), sync({ ...file, bogus: 1 }),
    sync({ ...file, 'mode': 'existing', 'snapshot-file': 'r.raw' }), sync({ ...file, 'mode': 'existing', 'snapshot-file': 'b.qcow2' }),
    first(overlay('a', 's.qcow2', { format: 'raw' })),
  ],
  'overlays that are nodes': [
    node('o1', 'o1.qcow2'), node('o2', 'o2.qcow2', { backing: null }), ['blockdev-add', { 'driver': 'null-co', 'node-name': 'n0', 'size': 1 << 20 }],
    snapshot({}), snapshot({ node: 'na' }), snapshot({ overlay: 'o1' }), snapshot({ node: 5, overlay: 'o1' }), snapshot({ node: 'na', overlay: 5 }),
    snapshot({ node: 'na', overlay: null }), snapshot({ node: 'na', overlay: 'o1', bogus: 1 }), snapshot({ node: 'na', overlay: 'nope' }), snapshot({ node: 'nope', overlay: 'o1' }),
    snapshot({ node: 'na', overlay: 'nb' }), snapshot({ node: 'na', overlay: 'na' }), snapshot({ node: 'na', overlay: 'n0' }), snapshot({ node: 'empty', overlay: 'o1' }),
    snapshot({ node: 'a', overlay: 'b' }), snapshot({ node: '', overlay: '' }), snapshot({ node: 'o1', overlay: 'o2' }), snapshot({ node: 'o2', overlay: 'o1' }),
    snapshot({ node: 'n0', overlay: 'o2' }), first(above('na', 'o1')), first(above('na', 'o1')), together(above('na', 'o1'), above('nb', 'o1')), together(above('na', 'o1'), above('na', 'nope')),
  ],
  'snapshots inside': [
    internal({}), internal({ device: 'a' }), internal({ name: 'i' }), internal({ device: 5, name: 'i' }), internal({ device: 'a', name: 5 }), internal({ device: 'a', name: '' }),
    internal({ device: 'nope', name: 'i' }), internal({ device: 'empty', name: 'i' }), internal({ device: 'r', name: 'i' }), internal({ device: 'a', name: 'i', bogus: 1 }),
    internal({ device: 'na', name: 'i0' }), internal({ device: 'a', name: 'i0' }), internal({ device: '', name: 'i' }), first(inside('a', 'i')), first(inside('r', 'i')), first(inside('nope', 'i')),
  ],
  'copies': [
    node('tn', 'tn.qcow2'), first(copy('a', 'nofile.qcow2', { mode: 'existing' })),
    ...[{ sync: 'bogus' }, { sync: 5 }, { sync: 'bitmap' }, { format: 'bogus' }, { format: 5 }, { mode: 'bogus' }, { speed: -1 }, { speed: 'x' }, { speed: 1.5 },
      { 'job-id': '' }, { 'job-id': '1x' }, { 'job-id': 5 }, { compress: 5 }, { compress: true, format: 'raw' }, { 'on-source-error': 'bogus' }, { 'on-target-error': 5 }, { bitmap: 'x' },
      { bogus: 1 }, { 'on-source-error': 'stop' }].map((more) => first(copy('a', 'tc.qcow2', more))),
    ...[{ sync: 'bogus' }, { sync: 'bitmap' }, { speed: -1 }, { 'job-id': '1x' }, { compress: 'x' }, { bitmap: 'x' }, { 'on-target-error': 'stop' }, { format: 'raw' }]
      .map((more) => first(copyTo('a', 'tn', more))),
    first(copy('r', 'tr.raw')), first(copy('a', '/nonexistent-folder/t.qcow2')), first(copy('a', '')), first(copyTo('a', 'nb')), first(copyTo('a', 'na')), first(copyTo('o1', 'o2')), first(copyTo('na', 'o1')),
  ],
};

describeWithQemu('refused transactions beside the real QEMU', () => {
  let referee: GraphReferee;

  beforeAll(async () => {
    referee = await startReferee();
  });

  afterAll(() => referee.stop());

  for (const [title, steps] of Object.entries(transcripts)) {
    it(`are refused in QEMU's words and leave nothing: ${title}`, async () => {
      await referee.play(steps);
      await referee.compareQueries();
    });
  }

  it('compares enough steps to be trusted', () => expect(referee.steps).toBeGreaterThan(150));

  it('leaves the same files and images', async () => {
    const [theirs, ours] = await referee.fileNames();
    // QEMU forgets overlays that it has created for nothing.
    expect(ours).toEqual(theirs.filter((name) => name !== 's.qcow2'));
    await referee.compareImages(['a.qcow2', 'b.qcow2', 'o1.qcow2']);
  });
});
