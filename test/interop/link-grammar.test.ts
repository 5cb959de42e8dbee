import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { serveQmp } from '../../src/qmp/server.ts';
import { FakeEndpoint } from '../qmp/fake-endpoint.ts';
import { reaches } from '../qmp/fake-peer.ts';
import { describeWithQemu } from '../support/qemu.ts';
import { openLink, startQemu, temporaryFolder } from './link-peers.ts';

/** Ends any message that is half done; what follows it is read again. */
const reset = '\xff\n';

/** What a server says to each input, byte for byte, on one connection each. */
async function ask(path: string, inputs: readonly string[]): Promise<string[]> {
  const answers: string[] = [];
  for (const input of inputs) {
    const socket = connect(path);
    onTestFinished(() => void socket.destroy());
    await receive(socket, '{"execute":"qmp_capabilities","id":"ready"}', 'ready');
    answers.push(await receive(socket, `${input}${reset}{"execute":"query-name","id":"done"}\n`, '"done"'));
    socket.destroy();
    await new Promise((resolve) => socket.once('close', resolve));
  }
  return answers;
}

function receive(socket: Socket, bytes: string, end: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const collect = (chunk: Buffer) => {
      text += chunk.toString();
      if (!text.includes(end)) return;
      socket.off('data', collect);
      resolve(text);
    };
    socket.on('data', collect).once('error', reject).write(bytes, 'latin1');
  });
}

/** Pieces that requests and mistakes are made of. */
const pieces = ['{', '}', '[', ']', ':', ',', '"', "'", '\\', 'u00e9', '"a"', '"b"', '1', '-0', '1.5', 'e5', 'true', 'null',
  'foo', '\n', ' ', '\xff', '\xc3\xa9', '\x01',
  '@', '{"execute":"query-name","id":1}', "{'execute':'query-name'}", '\t', 'E', '\\u0041', '\\x', '\0', '\\ud83d\\ude00',
  '9007199254740993'];

/** The same pseudo-random inputs in every run. */
function randomInputs(count: number): string[] {
  let seed = 20_260_101;
  const next = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % below;
  };
  return Array.from({ length: count }, () => Array.from({ length: 1 + next(14) }, () => pieces[next(pieces.length)]).join(''));
}

const chosen = [
  '{foo}', "{'execute':'query-name'}", '{ Foo }\n{"execute":"query-name"}', '{ Foo }{"execute":"query-name"}\n', '12\n',
  '"abc"', '[]', 'null\n', 'bogus\n', '{}',
  '{"execute":1}', '{"execute":"query-name","arguments":1}', '{"execute":"query-name","x":1,"id":7}',
  '{"exec-oob":"query-name"}', '{"execute":"nope","id":null}',
  '{"execute":"qmp_capabilities"}', '{"execute":"query-name","execute":"query-name"}', '{"a" 1}', '{"a":}', '{"a":1 "b":2}',
  '{1:2}', '[1 2]', '[1,]', '{"a":1,}', ']',
  '}', '[}', '{]', ':', ',', '%d\n', '[%p]', '01\n', '-\n', '1.\n', '1.x\n', '1e5\n', '0e5\n', '"\\x"', '"\\u12"', '"\\u12g4"',
  '"\\ud800"', '"\\udc00"', '"\\u0000"',
  '"\xc3"', '"\xff"\n', '{"a":"\x01b"}\n', '"\\\'"', '{"a\xff\n{"execute":"query-name"}',
  '{"execute":"query-name"}{"execute":"query-name"}', '@@@ {"execute":"query-name"}\n',
  '{"execute":"query-name","id":18446744073709551615}', '{"execute":"query-name","id":-9223372036854775808}',
  '"unterminated\n{"execute":"query-name"}\n', '['.repeat(1025),
  '['.repeat(1024) + ']'.repeat(1024), 'tru\n', '\xef\xbb\xbf{"execute":"query-name"}\n', '"\xf4\x90\x80\x80"', '"\xc0\x80"',
  '"\xed\xa0\x80"', 'nUll\n', 'tr\xc3\xa9 \n',
  '"\\ud800\\u0041"', '"\\ufffe"', '"\\ufdd0"', '"\xef\xbf\xbf"', '"\\u"', '{"a":1}]', '1e+\n', "'a\n", '{"a":[1}]', '[1}',
  '{"a":1]', '{[]:1}', '{{}:1}', '"a\\\n',
  '{"execute":"query-name","id":"\\ud83d\\ude00\xf0\x9f\x98\x80\x7f<>/\\/"}', '@\t{"execute":"query-name"}',
  '@"{"execute":"query-name"}', '{"execute":"qmp_capabilities","arguments":{"x":1}}',
];

describeWithQemu('the grammar of requests', () => {
  test('is QEMU\'s: well or badly formed input gets the same bytes back', async () => {
    const folder = temporaryFolder();
    startQemu(`unix:${join(folder, 'qemu')}`);
    const probe = openLink(join(folder, 'qemu'));
    await reaches(probe, 'ready');
    await probe.close();
    const endpoint = new FakeEndpoint({ 'query-name': () => ({}) });
    const server = await serveQmp({ endpoint, addresses: [join(folder, 'qmon')] });
    onTestFinished(() => server.close());
    const inputs = [...chosen, ...randomInputs(200)];
    const [theirs, ours] = await Promise.all([ask(join(folder, 'qemu'), inputs), ask(join(folder, 'qmon'), inputs)]);
    expect(inputs.map((input, index) => ({ input, answer: ours[index] })))
      .toEqual(inputs.map((input, index) => ({ input, answer: theirs[index] })));
  });
});
