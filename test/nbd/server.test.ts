import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '../../src/engine/create-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { CHUNK, COMMAND, COMMAND_FLAG, ERRNO, INFO, OPTION, OPTION_REPLY } from '../../src/nbd/protocol.ts';
import { RawClient } from './raw-client.ts';
import type { RequestDetails } from './raw-client.ts';

const MIB = 1 << 20;

describe('the NBD server', () => {
  let engine: Engine;
  let folder: string;
  const clients: RawClient[] = [];
  const connect = async (): Promise<RawClient> => {
    const client = await RawClient.connect(join(folder, 'nbd.sock'));
    clients.push(client);
    return client;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'qmon-nbd-'));
    writeFileSync(join(folder, 'disk.raw'), Buffer.alloc(256 << 10, 5));
    engine = await createEngine({ machine: {
      objects: [{ 'qom-type': 'throttle-group', 'id': 'one', 'limits': { 'iops-total': 1 } }],
      blockdevs: [
        { 'driver': 'file', 'node-name': 'disk', 'filename': join(folder, 'disk.raw') },
        { 'driver': 'null-co', 'node-name': 'big', 'size': 1024 * MIB, 'read-zeroes': true },
        { 'driver': 'throttle', 'node-name': 'slow', 'throttle-group': 'one', 'file': { driver: 'null-co', size: 64 * MIB } },
      ],
    } });
    await engine.execute('nbd-server-start', { addr: { type: 'unix', data: { path: join(folder, 'nbd.sock') } } });
    for (const node of ['disk', 'big', 'slow']) await engine.execute('nbd-server-add', { device: node, writable: true, description: `the ${node}` });
    await engine.execute('nbd-server-add', { device: 'disk', name: 'fixed' });
  });

  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });

  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('answers unknown options and goes on', async () => {
    const client = (await connect()).flags();
    expect(await client.answers(4711, Buffer.from('what'))).toMatchObject([{ option: 4711, type: OPTION_REPLY.unsupported }]);
    expect(await client.answers(OPTION.startTls)).toMatchObject([{ type: OPTION_REPLY.policy }]);
    expect((await client.answers(OPTION.list)).map(({ type, data }) => [type, data.subarray(4).toString()])).toEqual([
      [OPTION_REPLY.server, 'diskthe disk'], [OPTION_REPLY.server, 'bigthe big'], [OPTION_REPLY.server, 'slowthe slow'], [OPTION_REPLY.server, 'fixed'],
      [OPTION_REPLY.ack, ''],
    ]);
  });

  it('tells of an export what was asked', async () => {
    const client = (await connect()).flags();
    const kinds = (await client.answers(OPTION.info, RawClient.info('big', INFO.name))).map(({ type, data }) => (type === OPTION_REPLY.info ? data.readUInt16BE() : type));
    expect(kinds).toEqual([INFO.name, INFO.description, INFO.blockSize, INFO.export, OPTION_REPLY.ack]);
    expect(await client.answers(OPTION.info, RawClient.info('nope'))).toMatchObject([{ type: OPTION_REPLY.unknown }]);
  });

  it('refuses data of options that have another form than theirs', async () => {
    const client = (await connect()).flags();
    for (const [option, data] of [
      [OPTION.info, Buffer.alloc(0)], [OPTION.go, Buffer.from([0, 0, 0, 99, 1])], [OPTION.go, Buffer.concat([RawClient.info('big'), Buffer.alloc(1)])],
      [OPTION.list, Buffer.from('x')], [OPTION.structuredReply, Buffer.from('x')], [OPTION.listMetaContext, RawClient.contexts('big')],
      [OPTION.info, RawClient.info('n'.repeat(4097))],
    ] as const) expect(await client.answers(option, data)).toMatchObject([{ option, type: OPTION_REPLY.invalid }]);
    expect(await client.answers(OPTION.info, Buffer.alloc(100_000))).toMatchObject([{ type: OPTION_REPLY.tooBig }]);
    expect(await client.answers(OPTION.structuredReply)).toMatchObject([{ type: OPTION_REPLY.ack }]);
    expect(await client.answers(OPTION.structuredReply)).toMatchObject([{ type: OPTION_REPLY.invalid }]);
  });

  it('lists contexts by name and by namespace, and keeps those that are chosen', async () => {
    const client = (await connect()).flags();
    await client.answers(OPTION.structuredReply);
    const names = async (option: number, ...queries: string[]) =>
      (await client.answers(option, RawClient.contexts('big', ...queries))).slice(0, -1).map(({ data }) => data.subarray(4).toString());
    expect(await names(OPTION.listMetaContext)).toEqual(['base:allocation']);
    expect(await names(OPTION.listMetaContext, 'base:')).toEqual(['base:allocation']);
    expect(await names(OPTION.listMetaContext, 'qemu:')).toEqual([]);
    expect(await names(OPTION.setMetaContext)).toEqual([]);
    expect(await names(OPTION.setMetaContext, 'base:', 'other:thing')).toEqual([]);
    expect(await names(OPTION.setMetaContext, 'base:allocation', 'qemu:dirty-bitmap:no')).toEqual(['base:allocation']);
  });

  it.each([
    ['is silent about fixed newstyle', (client: RawClient) => void client.flags(0)],
    ['has unknown flags', (client: RawClient) => void client.flags(0xffff)],
    ['talks something else', (client: RawClient) => void client.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['announces an option of a gigabyte', (client: RawClient) => client.flags().option(OPTION.info, Buffer.alloc(0), 1 << 30)],
    ['chooses in the old way what there is not', (client: RawClient) => client.flags().option(OPTION.exportName, Buffer.from('nope'))],
    ['leaves', (client: RawClient) => client.flags().option(OPTION.abort)],
  ])('closes the connection of a client that %s', async (_, speak) => {
    const client = await connect();
    speak(client);
    await client.closed();
  });

  it('gives the oldest clients their padding', async () => {
    const client = (await connect()).flags(1);
    client.option(OPTION.exportName, Buffer.from('big'));
    const answer = await client.reader.read(134);
    expect([answer.readBigUInt64BE(), answer.subarray(10).every((byte) => byte === 0)]).toEqual([BigInt(1024 * MIB), true]);
    client.request(COMMAND.flush, 1n, [0, 0]);
    expect(await client.simple()).toMatchObject({ error: 0, cookie: 1n });
  });

  it('reads and writes, in simple replies', async () => {
    const client = await (await connect()).go('disk');
    client.request(COMMAND.write, 1n, [100, 5], { data: Buffer.from('hello'), flags: COMMAND_FLAG.fua });
    expect(await client.simple()).toMatchObject({ error: 0, cookie: 1n });
    client.request(COMMAND.read, 2n, [98, 9]);
    expect(await client.simple(9)).toMatchObject({ cookie: 2n, data: Buffer.concat([Buffer.alloc(2, 5), Buffer.from('hello'), Buffer.alloc(2, 5)]) });
    client.request(COMMAND.writeZeroes, 3n, [100, 5]);
    client.request(COMMAND.trim, 4n, [0, 512]);
    client.request(COMMAND.cache, 5n, [0, 4096]);
    expect([await client.simple(), await client.simple(), await client.simple()].map(({ error }) => error)).toEqual([0, 0, 0]);
  });

  it('refuses what is beyond the end, what may not be changed, flags and commands that it does not know', async () => {
    const client = await (await connect()).go('disk');
    const error = async (type: number, offset: number | bigint, length: number, more?: RequestDetails) => {
      client.request(type, 7n, [offset, length], more);
      return (await client.simple()).error;
    };
    const size = 256 << 10;
    expect(await error(COMMAND.read, size - 1, 2)).toBe(ERRNO.EINVAL);
    expect(await error(COMMAND.read, 2n ** 64n - 1n, 2)).toBe(ERRNO.EINVAL);
    expect(await error(COMMAND.write, size, 1, { data: Buffer.alloc(1) })).toBe(ERRNO.ENOSPC);
    expect(await error(COMMAND.writeZeroes, size, 1)).toBe(ERRNO.ENOSPC);
    expect(await error(COMMAND.read, 0, 2 ** 32 - 1)).toBe(ERRNO.EINVAL);
    expect(await error(COMMAND.read, 0, 1, { flags: COMMAND_FLAG.df })).toBe(ERRNO.EINVAL);
    expect(await error(COMMAND.read, 0, 1, { flags: 128 })).toBe(ERRNO.EINVAL);
    expect(await error(COMMAND.blockStatus, 0, 1)).toBe(ERRNO.EINVAL);
    expect(await error(99, 0, 0)).toBe(ERRNO.EINVAL);
    const reader = await (await connect()).go('fixed');
    reader.request(COMMAND.write, 8n, [0, 4], { data: Buffer.from('oops') });
    expect(await reader.simple()).toMatchObject({ error: ERRNO.EPERM, cookie: 8n });
    reader.request(COMMAND.read, 9n, [0, 1]);
    expect(await reader.simple(1)).toMatchObject({ error: 0, cookie: 9n });
  });

  it('ends a connection whose requests cannot be told apart any more', async () => {
    const client = await (await connect()).go('disk');
    client.request(COMMAND.write, 1n, [0, 2 ** 31]);
    expect(await client.simple()).toMatchObject({ error: ERRNO.EINVAL });
    await client.closed();
    const other = await (await connect()).go('disk');
    other.request(COMMAND.read, 1n, [0, 1], { magic: 4711 });
    await other.closed();
  });

  it('names holes of large reads, unless the client wants none', async () => {
    const client = await (await connect()).go('big', 'base:allocation');
    client.request(COMMAND.read, 1n, [5 * MIB, MIB]);
    const hole = await client.chunk();
    expect([hole.type, hole.flags, hole.data.readBigUInt64BE(), hole.data.readUInt32BE(8)]).toEqual([CHUNK.offsetHole, 1, BigInt(5 * MIB), MIB]);
    client.request(COMMAND.read, 2n, [5 * MIB, MIB], { flags: COMMAND_FLAG.df });
    expect((await client.chunk()).type).toBe(CHUNK.offsetData);
  });

  it('answers in chunks, and tells where holes are', async () => {
    const client = await (await connect()).go('disk', 'base:allocation');
    client.request(COMMAND.read, 1n, [0, 4096]);
    expect(await client.chunk()).toMatchObject({ type: CHUNK.offsetData, flags: 1, cookie: 1n });
    client.request(COMMAND.read, 2n, [0, 0]);
    expect(await client.chunk()).toMatchObject({ type: CHUNK.none, flags: 1 });
    client.request(COMMAND.blockStatus, 3n, [0, 65536], { flags: COMMAND_FLAG.reqOne });
    const { type, data } = await client.chunk();
    expect([type, data.readUInt32BE(0), data.length, data.readUInt32BE(4) <= 65536]).toEqual([CHUNK.blockStatus, 0, 12, true]);
    client.request(COMMAND.read, 4n, [1 << 30, 512]);
    expect(await client.chunk()).toMatchObject({ type: CHUNK.error, flags: 1, cookie: 4n });
  });

  it('answers the request that is done first, and takes no more than it has room for', async () => {
    const slow = await (await connect()).go('slow');
    for (let cookie = 0n; cookie < 40n; cookie++) slow.request(COMMAND.read, cookie, [0, 512]);
    const quick = await (await connect()).go('big');
    quick.request(COMMAND.read, 1n, [0, 16]);
    expect(await quick.simple(16)).toMatchObject({ error: 0 });
    await engine.execute('query-block-exports');
    slow.close();
  });

  it('keeps serving others when clients die in the middle of whatever they say', async () => {
    for (let length = 1; length < 60; length += 7) {
      const client = await connect();
      client.flags().option(OPTION.go, RawClient.info('disk').subarray(0, length), 20);
      client.close();
    }
    for (let round = 0; round < 10; round++) {
      const client = await (await connect()).go('big');
      client.request(COMMAND.write, 1n, [0, 32 * MIB], { data: Buffer.alloc(round * 4096) });
      for (let cookie = 0n; cookie < 20n; cookie++) client.request(COMMAND.read, cookie, [0, MIB]);
      client.close();
    }
    const client = await (await connect()).go('big');
    client.request(COMMAND.read, 1n, [0, 32 * MIB]);
    expect((await client.simple(32 * MIB)).data.length).toBe(32 * MIB);
  });

  it('tells of an export that goes while clients use it', async () => {
    const events: string[] = [];
    const off = engine.onEvent(({ event, data }) => events.push(`${event} ${String(data.id)}`));
    const client = await (await connect()).go('fixed');
    client.request(COMMAND.read, 1n, [0, 1]);
    await client.simple(1);
    await expect(engine.execute('nbd-server-remove', { name: 'fixed' })).rejects.toThrow("export 'fixed' still in use");
    await engine.execute('nbd-server-remove', { name: 'fixed', mode: 'hard' });
    await client.closed();
    await expect.poll(() => events).toEqual(['BLOCK_EXPORT_DELETED fixed']);
    off();
  });
});
