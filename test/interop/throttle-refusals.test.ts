import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/create-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { MachineDescription } from '../../src/machine/description.ts';
import type { QapiError } from '../../src/qapi/qapi-error.ts';
import { describeWithQemu } from '../support/qemu.ts';
import { QmpProcess } from './qmp-process.ts';

type Members = Record<string, unknown>;
type Step = Members | string;

const NONE = { bps: 0, bps_rd: 0, bps_wr: 0, iops: 0, iops_rd: 0, iops_wr: 0 };

/** Arguments of block_set_io_throttle beside the six zeroes, for drive d0 unless they say otherwise; a text is a line of the human monitor. */
const transcripts: Record<string, readonly Step[]> = {
  'limits that contradict each other': [
    { bps: 1, bps_rd: 1 }, { bps: 1, bps_wr: 1 }, { iops: 1, iops_rd: 1 }, { iops: 1, iops_wr: 1 }, { bps: -1, bps_rd: 1 },
    { bps: 10, bps_max: 10, bps_rd_max: 20 }, { iops: 10, iops_max: 10, iops_wr_max: 20 }, { iops: 5, bps_rd_max: 4, iops_wr: 3 },
    { bps_rd: 1, bps_wr: 2 }, { iops_rd: 4, iops_wr: 5 }, { bps: 10, iops_rd: 5 }, { bps: 10, bps_rd_max: 10 }, { bps_rd: 10, bps_max: 10 },
  ],
  'limits out of range': [
    { bps: -1 }, { bps_rd: -1 }, { iops: -5 }, { bps: 1e15 }, { bps: 1e15 + 1 }, { iops_wr: 1e15 + 1 }, { iops: 2, iops_max: 1e15 + 1 },
    { iops_max: -1 }, { bps: 9007199254740993n }, { iops: 1e15, iops_max: 1e15 },
  ],
  'bursts': [
    { bps_max: 5 }, { iops_wr_max: 5 }, { bps: 10, bps_max: 5 }, { bps: 10, bps_max: 10 }, { bps: 10, bps_max_length: 5 },
    { bps: 10, bps_max_length: 1 }, { bps: 10, bps_max_length: 0 }, { bps: 10, bps_max: 20, bps_max_length: 0 },
    { bps: 10, bps_max: 20, bps_max_length: -1 }, { bps: 10, bps_max: 20, bps_max_length: 4294967296 },
    { bps: 10, bps_max: 20, bps_max_length: 1e14 }, { bps: 10, bps_max: 1e14, bps_max_length: 10 }, { bps: 10, bps_max: 1e14, bps_max_length: 11 },
    { iops_max_length: 0 }, { iops_max_length: 2 }, { iops: 5, bps_max_length: -1 }, { iops_rd: 5, iops_rd_max: 50, iops_rd_max_length: 60 },
    { iops: 3, iops_max: 6, iops_max_length: 3, bps_rd: 7, bps_rd_max: 70, bps_rd_max_length: 9 },
  ],
  'the size of a request': [
    { iops_size: 5 }, { iops_size: 5, bps: 10 }, { iops_size: -1 }, { iops: 5, iops_size: -1 }, { iops_rd: 5, iops_size: 4096 },
    { iops_wr: 5, iops_size: 0 }, { iops: 5, iops_size: 4611686018427387904n }, { bps: 1e16, iops_size: 3 },
  ],
  'the wrong type, too much and too little': [
    { bps: 'x' }, { bps: 1.5 }, { bps: 9223372036854775808n }, { bps: 18446744073709551616n }, { bogus: 1 }, { group: 5 }, { iops_size: 'x' },
    { bps_max: null }, { iops: true }, { bps_rd: undefined }, { iops_wr: undefined }, { device: 5 },
  ],
  'each limit by itself': ['bps', 'bps_rd', 'bps_wr', 'iops', 'iops_rd', 'iops_wr'].flatMap((limit): Step[] => [
    { [limit]: 7 }, { [limit]: 7, [`${limit}_max`]: 6 }, { [limit]: 7, [`${limit}_max`]: 70, [`${limit}_max_length`]: 2 }, { [limit]: 7, [`${limit}_max_length`]: 2 },
    { [`${limit}_max`]: 70 }, { [limit]: 7, [`${limit}_max`]: -1 }, { [limit]: 7, [`${limit}_max`]: 'x' }, { [limit]: -7 }, {},
  ]),
  'naming devices': [
    { device: 'empty', bps: 1 }, { device: 'empty', bps: -1 }, { device: 'empty' }, { id: 'cd', bps: 5 }, { id: 'v0', bps: 5 },
    { id: '/machine/peripheral/v0/virtio-backend', bps: 5 }, { id: '/machine/peripheral/v0' }, { device: 'nope', bps: 1 }, { id: 'nope', bps: 1 },
    { device: 'd0', id: 'v0', bps: 1 }, { device: undefined }, { device: 'd0-node', bps: 1 }, { device: '', bps: 1 }, { device: 'd1', iops: 7 },
  ],
  'groups': [
    {}, { bps: 5 }, { bps: 6, group: 'g' }, { device: 'd1', iops: 9, group: 'g' }, { device: 'd2', iops: 4, group: 'h' }, { bps: 7 },
    { device: 'd2', iops: 11, group: 'g' }, { device: 'd1' }, { bps: 8, group: 'h' }, {}, { device: 'd2' }, { device: 'd2', iops: 1 },
    { group: 'x' }, { iops: 2, group: '' }, { bps_wr: 3, group: '' }, {}, { device: 'd1', bps: 5, group: 'd0' }, { bps: 9 }, { device: 'd1' },
    { id: '/machine/peripheral/v0/virtio-backend', iops: 3 }, { device: 'pre', bps: 11 }, { device: 'pre' }, { device: 'pre', iops_rd: 5 },
  ],
  'the human monitor': [
    'block_set_io_throttle d0 1 2 0 0 0 0', 'block_set_io_throttle d0 1048576 0 0 0 0 0', 'block_set_io_throttle empty 1 0 0 0 0 0',
    'block_set_io_throttle d0 -1 0 0 0 0 0', 'block_set_io_throttle nope 1 0 0 0 0 0', 'block_set_io_throttle cd 1 0 0 0 0 0',
    'block_set_io_throttle d0 0 5 6 0 7 8', 'block_set_io_throttle d1 0 0 0 9 0 0', 'block_set_io_throttle d0 0 0 0 0 0 0',
    'block_set_io_throttle d0 1 2', 'block_set_io_throttle d0 1M 0 0 0 0 0', 'block_set_io_throttle d1 0 0 0 0 0 0',
  ],
};

const drives: MachineDescription['drives'] = [
  { id: 'd0', if: 'none', file: 'd0.raw', format: 'raw', 'node-name': 'd0-node' },
  { id: 'd1', if: 'none', file: 'd1.raw', format: 'raw', bps: 5, iops_rd: '6', iops_rd_max: 8, 'throttling.iops-read-max-length': 3, iops_size: 512 },
  { id: 'd2', if: 'none', file: 'd2.raw', format: 'raw' },
  { id: 'pre', if: 'none', file: 'd3.raw', format: 'raw', 'throttling.bps-write': 1000, 'throttling.group': 'tg', 'node-name': 'pre-node' },
  { id: 'empty', if: 'none' },
];
const devices: MachineDescription['devices'] = [
  { driver: 'virtio-blk-pci', drive: 'd2', id: 'v0' }, { driver: 'virtio-scsi-pci' }, { driver: 'scsi-cd', id: 'cd' },
];
const objects: MachineDescription['objects'] = [
  { 'qom-type': 'throttle-group', id: 'tg', limits: { 'iops-total': 100 } },
];

const option = (name: string, entry: object) =>
  [name, Object.entries(entry).map(([key, value]) => (key === 'driver' ? String(value) : `${key}=${String(value)}`)).join(',')];

describeWithQemu('throttling beside the real QEMU', () => {
  let folder: string;
  let engine: Engine;
  let process: QmpProcess;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qmon-throttle-'));
    for (const who of ['theirs', 'ours']) await makeDisks(who);
    await rm(join(folder, 'qmp'), { force: true });
    const at = (who: string) => drives.map((drive) => (drive.file === undefined ? drive : { ...drive, file: join(folder, `${who}-${drive.file}`) }));
    engine = await createEngine({ machine: { drives: at('ours'), devices, objects } });
    process = await QmpProcess.start(folder, [...objects.flatMap((object) => ['-object', JSON.stringify(object)]),
      ...at('theirs').flatMap((drive) => option('-drive', drive)), ...devices.flatMap((device) => option('-device', device))]);
  });

  afterAll(async () => {
    await engine.close();
    await process.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('begins with the limits of the drives\' options', async () => {
    expect(await ourState()).toEqual(await theirState());
  });

  for (const [title, steps] of Object.entries(transcripts)) {
    it(`answers, refuses and then describes drives as QEMU does: ${title}`, async () => {
      for (const step of steps) {
        const [command, args] = request(step);
        const theirs = { step, reply: await process.execute(command, args), state: await theirState() };
        const ours = { step, reply: await playOurs(command, args), state: await ourState() };
        expect(ours).toEqual(theirs);
      }
    });
  }

  async function makeDisks(who: string): Promise<void> {
    for (const name of ['d0', 'd1', 'd2', 'd3']) {
      await writeFile(join(folder, `${who}-${name}.raw`), '');
      await truncate(join(folder, `${who}-${name}.raw`), 1 << 20);
    }
  }

  async function playOurs(command: string, args: Members): Promise<unknown> {
    return engine.execute(command, args).catch((error: QapiError) => `${error.class}: ${error.desc}`);
  }

  /** What query-block says of throttling, and what `info block` prints of it. */
  async function theirState(): Promise<unknown> {
    return [limitsOf(await process.execute('query-block')), throttlingLines(await process.execute(...request('info block')))];
  }

  async function ourState(): Promise<unknown> {
    return [limitsOf(await engine.execute('query-block')), throttlingLines(await engine.execute(...request('info block')))];
  }
});

function request(step: Step): [string, Members] {
  if (typeof step === 'string') return ['human-monitor-command', { 'command-line': step }];
  const named = 'id' in step || 'device' in step ? {} : { device: 'd0' };
  return ['block_set_io_throttle', Object.fromEntries(Object.entries({ ...named, ...NONE, ...step }).filter(([, value]) => value !== undefined))];
}

function limitsOf(blocks: unknown): unknown {
  return (blocks as { device: string; inserted?: Members }[]).map(({ device, inserted = {} }) =>
    [device, Object.fromEntries(Object.entries(inserted).filter(([key]) => /^(bps|iops|group)/.test(key)).sort())]);
}

const throttlingLines = (text: unknown) => String(text).split('\n').filter((line) => line.includes('I/O throttling')).map((line) => line.trim());
