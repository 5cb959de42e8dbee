import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithNbdClients, run } from '../support/nbd.ts';
import { qemu } from '../support/qemu.ts';
import { GraphReferee } from './graph-referee.ts';
import { parseTranscript } from './transcript.ts';

const at = (type: string, data: string) => `nbd-server-start addr={type:"${type}",data:${data}}`;
const vsock = (cid: string, port: string) => at('vsock', `{cid:"${cid}",port:"${port}"}`);
const descriptor = (name: string) => at('fd', `{str:"${name}"}`);
const inFolder = at('unix', '{path:"nbd.sock"}');

const transcripts: Readonly<Record<string, string>> = {
  'descriptors that nobody has handed over': ['nope', '3', '', '-1'].map(descriptor).join('\n'),
  'virtual sockets that make no sense': [
    ...['abc', '', '-1', '4294967296', '99999999999'].map((cid) => vsock(cid, '1024')), ...['x', '', '-1', '4294967296'].map((port) => vsock('1', port)),
    at('vsock', '{cid:"1"}'), at('vsock', '{port:"1"}'), at('vsock', '{cid:1,port:"1"}'),
  ].join('\n'),
  'names that are too long, or no names': [
    at('unix', `{path:"${'p'.repeat(108)}",abstract:true}`), at('unix', '{abstract:true}'), at('unix', '{path:"x",abstract:1}'), at('unix', '{path:"x",tight:"on"}'),
  ].join('\n'),
  'sockets in a folder, for which it makes no difference to be tight': `
    ${at('unix', '{path:"nbd.sock",tight:false}')}
    nbd-server-stop
    ${at('unix', '{path:"nbd.sock",abstract:false,tight:true}')}
    nbd-server-stop
  `,
  'who is to authorize clients is asked when they come': `
    ${inFolder} tls-authz=nope
    nbd-server-stop
    ${inFolder} tls-authz=""
    nbd-server-stop
    ${inFolder} tls-authz=nope tls-creds=nope
    ${inFolder} tls-authz=5
    object-add qom-type=tls-creds-anon id=t endpoint=server
    ${inFolder} tls-authz=nope tls-creds=t
    nbd-server-stop
    object-add qom-type=secret id=s data=x
    ${inFolder} tls-authz=s tls-creds=t
    nbd-server-stop
  `,
};

describeWithNbdClients('where an NBD server listens, beside the real QEMU', () => {
  let referee: GraphReferee;
  const start = (path: string, more: object = {}) => ['nbd-server-start', { addr: { type: 'unix', data: { path, abstract: true, ...more } } }] as const;

  beforeAll(async () => {
    referee = await GraphReferee.start({
      drives: [{ id: 'hd', if: 'none', file: 'hd.qcow2', format: 'qcow2' }],
      makeImages: async (file) => {
        await qemu.img('create', '-q', '-f', 'qcow2', file('hd.qcow2'), '4M');
        await qemu.io(file('hd.qcow2'), 'write -P 5 1M 64k');
      },
    });
  });

  afterAll(() => referee.stop());

  for (const [title, steps] of Object.entries(transcripts)) it(`answers as QEMU does: ${title}`, () => referee.play(parseTranscript(steps)));

  it('says that it cannot listen at a virtual socket', () => referee.play(parseTranscript(`
    ${vsock('99', '1024')}
    => "GenericError: Failed to bind socket: addresses of the type vsock are not supported here"
  `)));

  it.each([true, false])('listens at a name that is in no folder (tight: %s)', async (tight) => {
    await referee.onBoth(async ({ execute }) => {
      const name = `qmon-test-${randomUUID()}`;
      const target = (isTight: boolean) => ['--image-opts',
        `driver=nbd,server.type=unix,server.path=${name},server.abstract=on,server.tight=${isTight ? 'on' : 'off'},export=hd`];
      expect(await execute(...start(name, { tight }))).toEqual({});
      expect(await execute(...start(name, { tight }))).toBe('GenericError: NBD server already running');
      expect(await execute('nbd-server-add', { device: 'hd' })).toEqual({});
      await run('qemu-io', '-r', '-c', 'read -P 5 1M 64k', ...target(tight));
      await expect(run('qemu-io', '-r', '-c', 'read 0 512', ...target(!tight))).rejects.toThrow('Connection refused');
      expect(await execute('nbd-server-stop')).toEqual({});
      await expect(run('qemu-io', '-r', '-c', 'read 0 512', ...target(tight))).rejects.toThrow('Connection refused');
    });
  });

  it('is refused a name that is taken, in the same words', async () => {
    const name = `qmon-test-${randomUUID()}`;
    const step = start(name, { tight: false });
    // Node fills its names up.
    const holder = createServer().listen(`\0${name}`);
    await once(holder, 'listening');
    await referee.play([step]);
    holder.close();
    await once(holder, 'close');
    expect(await referee.onBoth(async ({ execute }) => [await execute(...step), await execute('nbd-server-stop')])).toEqual([[{}, {}], [{}, {}]]);
  });
});
