import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithQemu } from '../support/qemu.ts';
import { GraphReferee } from './graph-referee.ts';
import type { Step } from './graph-referee.ts';

const object = (type: unknown, id: unknown, properties: Record<string, unknown> = {}): Step => ['object-add', { 'qom-type': type, id, ...properties }];
const remove = (id: unknown): Step => ['object-del', { id }];
const limits = (value: Record<string, unknown>): Step => object('throttle-group', 't', { limits: value });
const secret = (properties: Record<string, unknown>): Step => object('secret', 's', properties);
const thread = (properties: Record<string, unknown>): Step => object('iothread', 'io', properties);
const psk = (properties: Record<string, unknown>): Step => object('tls-creds-psk', 'p', properties);
const human = (line: string): Step => ['human-monitor-command', { 'command-line': line }];
const key = 'MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=';
const iv = 'MDEyMzQ1Njc4OTAxMjM0NQ==';
const nowhere = '/nonexistent-folder';

const transcripts: Record<string, readonly Step[]> = {
  'ids and types': [
    ...['', ' ', '1', '-a', '_a', '.a', 'a b', 'a/b', 'a:b', 'a,b', 'ä', '#a', 'a'.repeat(200)].map((id) => object('iothread', id)),
    ...[null, true, 1.5, [], {}].map((id) => object('iothread', id)), ...[null, true, '', 'IOThread', 'container', 'memory-backend', {}, []].map((type) => object(type, 'x')),
    ...['a.b', 'a-b', 'a_b', 'A1'].flatMap((id) => [object('iothread', id), object('secret', id, { data: 'a' }), remove(id), remove(id)]),
    ['object-add', { 'qom-type': 'iothread', 'id': 'x', 'props': 5 }, "GenericError: Invalid parameter type for 'props', expected: dict"], remove(''), remove(null), remove([]), remove('a'.repeat(200)), remove('/objects'), ['object-del', { id: 'a', bogus: 1 }], remove('hd'),
  ],
  'groups of throttling': [
    ...['bps-total', 'bps-read', 'bps-write', 'iops-total', 'iops-read', 'iops-write'].flatMap((limit) => [
      limits({ [limit]: -1 }), limits({ [`${limit}-max`]: 5 }), limits({ [limit]: 10, [`${limit}-max`]: 5 }), limits({ [`${limit}-max-length`]: 0 }),
      limits({ [limit]: 10, [`${limit}-max-length`]: 2 }), limits({ [limit]: 1e15 + 1 }), limits({ [limit]: 'x' }), limits({ [limit]: 10, [`${limit}-max`]: 20, [`${limit}-max-length`]: 3 }), remove('t'),
    ]),
    limits({ 'bps-total': 1, 'bps-write': 1 }), limits({ 'iops-total': 1, 'iops-read': 1 }), limits({ 'iops-total': 1, 'iops-write': 1 }), limits({ 'iops-size': -1 }),
    limits({ 'bps-total': 5, 'iops-size': 5 }), limits({ 'iops-total': 5, 'iops-size': 4096 }), remove('t'), object('throttle-group', 't', { limits: null }), object('throttle-group', 't', { limits: [] }),
    object('throttle-group', 't', { 'x-bps-total': 5 }), remove('t'), object('throttle-group', 't', { 'x-bps-total': 5, 'x-bps-read': 5 }), object('throttle-group', 't', { 'bps-total': 5 }),
    object('throttle-group', 't', { 'limits': { 'bps-total': 5 }, 'x-iops-total': 3 }), remove('t'),
  ],
  'secrets': [
    secret({ data: '' }), remove('s'), secret({ data: null }), secret({ data: ['a'] }), secret({ file: 5 }), secret({ file: '' }), secret({ file: nowhere }), secret({ file: 'secret.txt' }),
    remove('s'), secret({ file: 'secret.txt', format: 'base64' }), secret({ file: 'secret.b64', format: 'base64' }), remove('s'), secret({ format: 'raw' }), secret({ data: 'a', format: 5 }),
    secret({ data: 'a', format: '' }), secret({ data: 'YQ', format: 'base64' }), remove('s'), secret({ data: 'Y=Q=', format: 'base64' }), remove('s'), secret({ data: 'YQ==\n', format: 'base64' }), remove('s'),
    secret({ data: '', format: 'base64' }), remove('s'), secret({ data: 'ä' }), remove('s'), secret({ data: 'ä', format: 'base64' }),
    object('secret', 'k', { data: key, format: 'base64' }), secret({ data: 'a', keyid: 'k' }), secret({ data: key, format: 'base64', keyid: 'k' }), secret({ data: 'a', keyid: '' }),
    secret({ data: 'a', keyid: 5 }), secret({ data: key, format: 'base64', keyid: 'k', iv: 'bad' }), secret({ data: key, format: 'base64', keyid: 'k', iv: '%' }),
    secret({ data: iv, format: 'base64', keyid: 'k', iv }), remove('s'), secret({ data: 'YQ==', format: 'base64', keyid: 'k', iv }), secret({ data: 'a', keyid: 'hd' }), secret({ data: 'a', iv }), remove('s'),
    secret({ data: 'a', keyid: 's' }), object('iothread', 'io'), secret({ data: 'a', keyid: 'io' }), remove('io'), remove('k'), secret({ data: 'a', keyid: 'k' }),
  ],
  'threads': [
    ...['poll-max-ns', 'poll-grow', 'poll-shrink', 'aio-max-batch'].flatMap((name) => [thread({ [name]: -1 }), thread({ [name]: 'x' }), thread({ [name]: 1.5 }), thread({ [name]: 0 }), remove('io')]),
    thread({ 'thread-pool-min': -1 }), thread({ 'thread-pool-max': -1 }), thread({ 'thread-pool-max': 0 }), thread({ 'thread-pool-min': 65 }), thread({ 'thread-pool-min': 3, 'thread-pool-max': 2 }),
    thread({ 'thread-pool-min': 2, 'thread-pool-max': 2 }), thread({}), object('secret', 'io', { data: 'a' }), remove('io'),
  ],
  'credentials': [
    ...['anon', 'psk', 'x509'].flatMap((kind) => [{ endpoint: 'bogus' }, { endpoint: 5 }, { dir: 5 }, { 'verify-peer': 'on' }, { priority: 5 }, { username: 5 }, { bogus: 1 }]
      .map((properties) => object(`tls-creds-${kind}`, 'c', properties))),
    psk({ dir: nowhere, endpoint: 'client' }), psk({ endpoint: 'server' }), psk({ dir: 'keys', endpoint: 'server' }), remove('p'), psk({ dir: 'keys', endpoint: 'client' }), remove('p'),
    psk({ dir: 'keys', endpoint: 'client', username: 'nobody' }), remove('p'), psk({ dir: 'keys', endpoint: 'client', username: 'alice' }), remove('p'),
    psk({ dir: 'bad-keys', endpoint: 'client' }), remove('p'), psk({ dir: '.', endpoint: 'client' }),
    object('tls-creds-x509', 'c', { dir: 'keys' }), object('tls-creds-x509', 'c', { dir: 'keys', endpoint: 'server' }), object('tls-creds-x509', 'c', { 'dir': 'keys', 'endpoint': 'server', 'verify-peer': false }),
    object('tls-creds-x509', 'c', { dir: 'keys', passwordid: 'nope' }), object('tls-creds-x509', 'c', { 'dir': nowhere, 'sanity-check': false }),
    object('tls-creds-anon', 'c', { dir: nowhere, endpoint: 'server' }), remove('c'), object('tls-creds-anon', 'c', { dir: nowhere, endpoint: 'client', priority: 'bogus' }), remove('c'),
  ],
  'the human monitor': [
    ...['', 'iothread,', 'iothread,id', 'iothread,id=', 'iothread,id=1', 'iothread,id=h,id=h2', 'iothread,id=h,bogus', 'iothread,id=h,=5', 'iothread,id=h,poll-max-ns', 'iothread,id=h,poll-max-ns=x',
      'iothread,id=h,poll-max-ns=-1', 'iothread,id=h,poll-max-ns=5', 'qom-type=secret,id=h,data=a', 'secret,id=h3,data=a,,b', 'secret,id=h4,data=a,format=bogus', 'secret,id=h4', 'id=h5',
      'id=h5,qom-type=iothread', 'throttle-group,id=h6,limits=5', 'throttle-group,id=h6,limits.bogus=5', 'throttle-group,id=h6,limits.bps-total=5k', 'throttle-group,id=h6,limits.bps-total=-1',
      'throttle-group,id=h6,x-bps-total=5', 'tls-creds-anon,id=h7,verify-peer=maybe', 'tls-creds-anon,id=h7,verify-peer=on', 'tls-creds-anon,id=h8,endpoint=bogus', ',', 'iothread id=h9',
    ].map((rest) => human(`object_add ${rest}`)),
    ...['', 'nope', 'h', 'h', 'h2', 'h3', 'h5', 'h6', 'h7', 'a b'].map((rest) => human(`object_del ${rest}`)),
  ],
};

describeWithQemu('objects refused, made and removed beside the real QEMU', () => {
  let referee: GraphReferee;

  beforeAll(async () => {
    referee = await GraphReferee.start({
      drives: [{ id: 'd', if: 'none' }], devices: [{ driver: 'virtio-scsi-pci' }, { driver: 'scsi-cd', drive: 'd', id: 'hd' }],
      makeImages: async (file) => {
        await writeFile(file('secret.txt'), 'not base64!\n');
        await writeFile(file('secret.b64'), `${key}\n`);
        for (const folder of ['keys', 'bad-keys']) await mkdir(file(folder));
        await writeFile(file('keys/keys.psk'), 'qemu:00112233\nalice:deadbeef\n');
        await writeFile(file('bad-keys/keys.psk'), 'nonsense\n');
        for (const name of ['ca-cert.pem', 'server-cert.pem', 'server-key.pem']) await writeFile(file(`keys/${name}`), 'not a certificate\n');
      },
    });
  });

  afterAll(() => referee.stop());

  for (const [title, steps] of Object.entries(transcripts)) it(`answers as QEMU does: ${title}`, () => referee.play(steps));

  it('compares enough steps to be trusted', () => expect(referee.steps).toBeGreaterThan(150));
});
