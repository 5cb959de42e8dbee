import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { serveQmp } from '../../src/qmp/server.ts';
import { FakeEndpoint } from '../qmp/fake-endpoint.ts';
import { describeWithQemu } from '../support/qemu.ts';
import { temporaryFolder } from './link-peers.ts';

const run = promisify(execFile);

async function serve(endpoint = new FakeEndpoint()): Promise<string> {
  const path = join(temporaryFolder(), 'qmon');
  const server = await serveQmp({ endpoint, addresses: [path] });
  onTestFinished(() => server.close());
  return path;
}

/** Sends `input` through socat, which then waits for as long as the server keeps the line open. */
function socat(path: string, input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('socat', ['-t5', '-', `UNIX-CONNECT:${path}`], { stdio: ['pipe', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.once('error', reject).once('close', () => resolve(text));
    child.stdin.end(input);
  });
}

/** The handshake and the id scheme of the qemu.qmp library, on the standard library alone. */
const asyncClient = `
import asyncio, json, sys
async def main():
    reader, writer = await asyncio.open_unix_connection(sys.argv[1], limit=64 * 1024 * 1024)
    greeting = json.loads(await reader.readline())
    assert sorted(greeting['QMP']) == ['capabilities', 'version'], greeting
    async def execute(number, **message):
        message['id'] = f'__qmp#{number:05d}'
        writer.write(json.dumps(message, separators=(',', ':')).encode() + b'\\n')
        await writer.drain()
    async def receive():
        return json.loads(await reader.readline())
    await execute(0, execute='qmp_capabilities', arguments={'enable': []})
    assert await receive() == {'return': {}, 'id': '__qmp#00000'}
    for number in range(1, 51):
        await execute(number, execute='echo', arguments={'n': 2**64 - number, 's': 'h\\u00e9 \\U0001f600'})
    for number in range(1, 51):
        reply = await receive()
        assert reply == {'return': {'n': 2**64 - number, 's': 'h\\u00e9 \\U0001f600'}, 'id': f'__qmp#{number:05d}'}, reply
    await execute(51, execute='stop')
    event, reply = await receive(), await receive()
    assert event['event'] == 'STOP' and set(event['timestamp']) == {'seconds', 'microseconds'}, event
    assert reply['return'] == {} and reply['id'] == '__qmp#00051', reply
    print('fine')
    writer.close()
asyncio.run(main())
`;

describeWithQemu('the server', () => {
  test('answers socat, which sends no line end and stops sending at once', async () => {
    const lines = (await socat(await serve(), '{"execute":"qmp_capabilities"}{"execute":"query-version","id":1}')).split('\r\n');
    expect(JSON.parse(lines[0]!)).toHaveProperty('QMP');
    expect(lines.slice(1, -1).map((line) => JSON.parse(line) as unknown))
      .toEqual([{ return: {} }, { return: new FakeEndpoint().version(), id: 1 }]);
  });

  test('takes single quotes, as people type them', async () => {
    const typed = "{ 'execute': 'qmp_capabilities' }\n{ 'execute': 'echo', 'arguments': { 'a': 'it\\'s' } }\n";
    const text = await socat(await serve(), typed);
    expect(text).toContain('{"return": {"a": "it\'s"}}');
  });

  test('takes ids and line ends as libvirt makes them', async () => {
    const text = await socat(await serve(), '{"execute":"qmp_capabilities","id":"libvirt-1"}\r\n' +
      '{"execute":"nope","id":"libvirt-2"}\r\n{"execute":"echo","arguments":{"retval":-1},"id":"libvirt-3"}\r\n');
    expect(text.split('\r\n').slice(1, -1)).toEqual([
      '{"return": {}, "id": "libvirt-1"}',
      '{"id": "libvirt-2", "error": {"class": "CommandNotFound", "desc": "The command nope has not been found"}}',
      '{"return": {"retval": -1}, "id": "libvirt-3"}',
    ]);
  });

  test('takes pretty-printed requests of many lines, as scripts send them', async () => {
    const pretty = JSON.stringify({ execute: 'echo', arguments: { deep: [{ a: null }] }, id: 'p' }, null, 4);
    expect(await socat(await serve(), `{"execute": "qmp_capabilities"}\n${pretty}\n`))
      .toContain('{"return": {"deep": [{"a": null}]}, "id": "p"}');
  });

  test('works with a client that speaks like the qemu.qmp library', async () => {
    const endpoint = new FakeEndpoint({ stop: (_, self) => self.emit('STOP') });
    await expect(run('python3', ['-c', asyncClient, await serve(endpoint)], { timeout: 15_000 }))
      .resolves.toMatchObject({ stdout: 'fine\n' });
  });
});
