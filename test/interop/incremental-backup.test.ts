import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { GraphReferee } from './graph-referee.ts';
import type { Step } from './graph-referee.ts';

const look: Step = ['query-block'];
const io = (line: string): Step => ['human-monitor-command', { 'command-line': `qemu-io a "${line}"` }];
const backup = (target: string, more: Record<string, unknown> = {}): Step =>
  ['drive-backup', { 'device': 'a', target, 'format': 'qcow2', 'sync': 'incremental', 'bitmap': 'b', 'job-id': 'j', ...more }];
const add = (name: string): Step => ['block-dirty-bitmap-add', { node: 'a', name }];

describeWithQemu('incremental backups beside the real QEMU', () => {
  let referee: GraphReferee;

  beforeAll(async () => {
    referee = await GraphReferee.start({
      drives: [{ 'id': 'a', 'if': 'none', 'file': 'a.qcow2', 'format': 'qcow2', 'node-name': 'na' }],
      makeImages: async (file) => {
        for (const name of ['a', 'full', 'small']) await qemu.img('create', '-q', '-f', 'qcow2', file(`${name}.qcow2`), name === 'small' ? '1M' : '4M');
        await qemu.io(file('a.qcow2'), 'write -P 1 0 4M');
      },
    });
  });

  afterAll(() => referee.stop());

  const finished = () => referee.onBoth(({ execute }) => expect.poll(() => execute('query-block-jobs'), { timeout: 5000 }).toEqual([]));

  it('refuses in the same words', () => referee.play([
    add('b'), backup('x.qcow2', { bitmap: undefined }), backup('x.qcow2', { bitmap: 'nope' }), backup('x.qcow2', { 'bitmap-mode': 'never' }),
    backup('x.qcow2', { sync: 'bitmap' }), backup('x.qcow2', { sync: 'bitmap', bitmap: undefined }), backup('x.qcow2', { sync: 'full' }),
    backup('x.qcow2', { 'sync': 'none', 'bitmap-mode': 'always' }), backup('x.qcow2', { 'sync': 'full', 'bitmap-mode': 'never' }),
    backup('x.qcow2', { 'sync': 'full', 'bitmap': undefined, 'bitmap-mode': 'always' }), backup('small.qcow2', { mode: 'existing' }), look,
  ]));

  it('copies what is dirty, and clears it by the mode', async () => {
    for (const [number, more] of [{}, { sync: 'bitmap', 'bitmap-mode': 'never' }, { sync: 'bitmap', 'bitmap-mode': 'always' },
      { sync: 'full', 'bitmap-mode': 'on-success' }].entries()) {
      await referee.play([io(`write -P ${number + 2} ${number}M 100k`), io('write -P 9 3M 1k'), look, backup(`i${number}.qcow2`, more)]);
      await finished();
      await referee.play([look]);
    }
  });

  // To QEMU, the device is the job's filter meanwhile, which has no bitmaps.
  it('keeps what is dirty when it is cancelled, with what was written meanwhile', async () => {
    await referee.play([
      io('write -P 20 0 3M'), backup('c.qcow2', { speed: 65536 }), io('write -P 21 3M 64k'), ['block-dirty-bitmap-clear', { node: 'na', name: 'b' }],
      ['block-job-cancel', { device: 'j', force: true }],
    ]);
    await finished();
    await referee.play([look, ['transaction', { actions: [
      { type: 'drive-backup', data: backup('t.qcow2')[1] }, { type: 'abort', data: {} },
    ] }], look]);
  });

  it('leaves the same images', () => referee.compareImages(['i0.qcow2', 'i1.qcow2', 'i2.qcow2', 'i3.qcow2', 'a.qcow2']));
});
