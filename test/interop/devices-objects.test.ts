import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { GraphReferee } from './graph-referee.ts';
import type { Step } from './graph-referee.ts';

const add = (type: unknown, id: unknown, properties: Record<string, unknown> = {}): Step => ['object-add', { 'qom-type': type, id, ...properties }];
const del = (id: unknown): Step => ['object-del', { id }];
const group = (id: string, limits?: unknown): Step => add('throttle-group', id, limits === undefined ? {} : { limits });
const secret = (id: string, properties: Record<string, unknown>): Step => add('secret', id, properties);
const nowhere = '/nonexistent-folder';

const transcripts: Record<string, readonly Step[]> = {
  'naming objects': [
    ['object-add'], ['object-add', { 'qom-type': 'iothread' }], add('bogus', 'a'), add(5, 'a'), add('iothread', 5), add('iothread', '1a'),
    add('iothread', 'io1', { bogus: 1 }), ['object-del'], del('nope'), del(5),
  ],
  'throttle groups': [
    group('tg0'), group('tg0'), group('tg1', { 'bps-total': 1000, 'bps-read': 5 }), group('tg1', { 'bps-total': -1 }), group('tg1', { bogus: 1 }),
    group('tg1', 5), group('tg1', { 'bps-total': 'x' }), group('tg1', { 'bps-total-max': 5 }), group('tg1', { 'bps-total': 10, 'bps-total-max-length': 5 }),
    group('tg1', { 'bps-total': 10, 'bps-total-max': 5 }), group('tg1', { 'bps-total': 10 ** 16 }), group('tg1', { 'iops-size': 10 }),
    group('tg1', { 'iops-total': 10, 'iops-total-max': 20, 'iops-total-max-length': 0 }),
    group('tg1', { 'bps-total': 10, 'bps-total-max': 20, 'bps-total-max-length': 2 ** 32 }), group('tg1', { 'bps-total': 10 }), group('taken'),
    del('tg1'), del('tg1'), group('tg1'), del('taken'),
    ['block_set_io_throttle', { id: 'hd', group: 'tg1', bps: 0, bps_rd: 0, bps_wr: 0, iops: 5000, iops_rd: 0, iops_wr: 0 }], del('tg1'),
    ['block_set_io_throttle', { id: 'hd', bps: 0, bps_rd: 0, bps_wr: 0, iops: 0, iops_rd: 0, iops_wr: 0 }], del('tg1'), del('tg0'),
  ],
  'secrets': [
    secret('s0', { data: 'abc' }), secret('s1', {}), secret('s1', { data: 'a', file: 'x' }), secret('s1', { file: 'nofile' }), secret('s1', { file: '.' }),
    secret('s1', { data: 'a', format: 'bogus' }), secret('s1', { data: '%%%', format: 'base64' }), secret('s1', { data: 'aGVsbG8=', format: 'base64' }),
    secret('s2', { data: 'a', keyid: 'nokey' }), secret('s2', { data: 'aGVsbG8=', keyid: 's0', format: 'base64' }), secret('s2', { data: 5 }),
    secret('s2', { data: 'a', bogus: 1 }), secret('s0', { data: 'b' }), secret('key', { data: 'MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=', format: 'base64' }),
    secret('s2', { data: 'aGVsbG8=', keyid: 'key', format: 'base64' }), secret('s2', { data: 'aGVsbG8=', keyid: 'key', format: 'base64', iv: 'aGVsbG8=' }),
    del('s1'), del('s1'), secret('s1', { data: 'again' }),
  ],
  'iothreads and devices on them': [
    add('iothread', 'io1', { 'poll-max-ns': -1 }), add('iothread', 'io1', { 'aio-max-batch': -1 }), add('iothread', 'io1', { 'poll-grow': 2 }),
    add('iothread', 'io1'), add('iothread', 'io2', { 'thread-pool-min': 100, 'thread-pool-max': 5 }),
    ['blockdev-add', { 'driver': 'null-co', 'node-name': 'n0' }], ['device_add', { driver: 'virtio-blk-pci', drive: 'n0', id: 'v0', iothread: 's0' }],
    ['device_add', { driver: 'virtio-blk-pci', drive: 'n0', id: 'v0', iothread: 'io1' }], del('io1'), del('io1'),
  ],
  'credentials': [
    add('tls-creds-x509', 't0'), add('tls-creds-x509', 't0', { dir: nowhere, endpoint: 'server' }), add('tls-creds-x509', 't0', { dir: nowhere }),
    add('tls-creds-x509', 't0', { dir: nowhere, endpoint: 'bogus' }), add('tls-creds-psk', 'p0'), add('tls-creds-psk', 'p0', { dir: nowhere }),
    add('tls-creds-psk', 'p0', { dir: nowhere, endpoint: 'server' }), add('tls-creds-psk', 'p0', { dir: nowhere, endpoint: 'server', username: 'u' }),
    add('tls-creds-anon', 'a0'), add('tls-creds-anon', 'a0'), add('tls-creds-anon', 'a1', { 'endpoint': 'server', 'verify-peer': false }),
    add('tls-creds-anon', 'a2', { username: 'x' }), del('a0'), del('t0'),
  ],
  'lines of the human monitor': [
    'object_add iothread,id=x1', 'object_add iothread', 'object_add bogus,id=x', 'object_add throttle-group,id=hg,limits.bps-total=1000',
    'object_add throttle-group,id=hg2,limits.bps-total=1000,limits.bps-read=5', 'object_add secret,id=hs,data=abc', 'object_add secret,id=hs,data=abc',
    'object_add qom-type=iothread,id=x2,bogus=1', 'object_del nope', 'object_del x1', 'object_del hg', 'object_del hg',
  ].map((line) => ['human-monitor-command', { 'command-line': line }]),
};

describeWithQemu('object-add and object-del beside the real QEMU', () => {
  let referee: GraphReferee;

  beforeAll(async () => {
    referee = await GraphReferee.start({
      drives: [{ 'id': 'd', 'if': 'none', 'file': 'd.raw', 'format': 'raw', 'throttling.bps-total': 100000, 'throttling.group': 'taken' }],
      devices: [{ driver: 'virtio-scsi-pci' }, { driver: 'scsi-hd', drive: 'd', id: 'hd' }],
      makeImages: async (file) => void await qemu.img('create', '-q', '-f', 'raw', file('d.raw'), '1M'),
    });
  });

  afterAll(() => referee.stop());

  for (const [title, steps] of Object.entries(transcripts)) it(`answers as QEMU does: ${title}`, () => referee.play(steps));

  it('compares enough steps to be trusted', () => expect(referee.steps).toBeGreaterThan(80));
});
