import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NbdFixture, describeWithNbdClients, run } from '../support/nbd.ts';
import { qemu } from '../support/qemu.ts';
import { QmpProcess } from './qmp-process.ts';

type Make = (file: (name: string) => string) => Promise<void>;

const key = '0123456789abcdef0123456789abcdef';

/** A certificate authority, and certificates by it for a server and a client. */
const makeCertificates: Make = async (file) => {
  const folder = file('x509');
  await mkdir(folder);
  const openssl = (...args: string[]) => run('openssl', ...args);
  const at = (name: string) => `${folder}/${name}`;
  await openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=test-ca', '-keyout', at('ca-key.pem'), '-out', at('ca-cert.pem'));
  for (const who of ['server', 'client']) {
    await writeFile(at(`${who}.ext`), `subjectAltName=DNS:localhost\nextendedKeyUsage=${who}Auth\n`);
    await openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', '-keyout', at(`${who}-key.pem`), '-out', at(`${who}.csr`));
    await openssl('x509', '-req', '-days', '2', '-in', at(`${who}.csr`), '-CA', at('ca-cert.pem'), '-CAkey', at('ca-key.pem'), '-CAcreateserial',
      '-extfile', at(`${who}.ext`), '-out', at(`${who}-cert.pem`));
  }
};

const makeKeys: Make = async (file) => {
  await mkdir(file('psk'));
  await writeFile(file('psk/keys.psk'), `alice:${key}\n`);
};

const kinds: Readonly<Record<string, { make: Make; server: (file: (name: string) => string) => object; client: (folder: string) => string; stranger: (folder: string) => string }>> = {
  'tls-creds-x509': {
    make: makeCertificates,
    server: (file) => ({ 'dir': file('x509'), 'verify-peer': true }),
    client: (folder) => `tls-creds-x509,id=t,endpoint=client,dir=${folder}/x509`,
    stranger: (folder) => `tls-creds-x509,id=t,endpoint=client,dir=${folder}/stranger`,
  },
  'tls-creds-psk': {
    make: makeKeys,
    server: (file) => ({ dir: file('psk') }),
    client: (folder) => `tls-creds-psk,id=t,endpoint=client,dir=${folder}/psk,username=alice`,
    stranger: (folder) => `tls-creds-psk,id=t,endpoint=client,dir=${folder}/stranger,username=alice`,
  },
  'tls-creds-anon': {
    make: makeKeys,
    server: () => ({}),
    client: () => 'tls-creds-anon,id=t,endpoint=client',
    stranger: (folder) => `tls-creds-psk,id=t,endpoint=client,dir=${folder}/psk,username=alice`,
  },
};

for (const [type, { make, server, client, stranger }] of Object.entries(kinds)) {
  describeWithNbdClients(`an NBD server with ${type}`, () => {
    let nbd: NbdFixture;
    const object = (file: (name: string) => string) => ({ 'qom-type': type, 'id': 'tls0', 'endpoint': 'server', ...server(file) });
    const target = (socket = nbd.socket) => ['--image-opts', `driver=nbd,path=${socket},export=disk,tls-creds=t${type === 'tls-creds-x509' ? ',tls-hostname=localhost' : ''}`];

    beforeAll(async () => {
      nbd = await NbdFixture.start(async (file) => {
        await qemu.img('create', '-q', '-f', 'raw', file('disk.raw'), '8M');
        await make(file);
        return { objects: [object(file)], blockdevs: [{ 'driver': 'raw', 'node-name': 'disk', 'file': { driver: 'file', filename: file('disk.raw') } }] };
      }, { 'tls-creds': 'tls0' });
      await nbd.engine.execute('nbd-server-add', { device: 'disk', writable: true });
      await mkdir(nbd.file('stranger'));
      await run('cp', nbd.file(type === 'tls-creds-x509' ? 'x509/ca-cert.pem' : 'psk/keys.psk'), nbd.file('stranger/'));
      if (type === 'tls-creds-psk') await writeFile(nbd.file('stranger/keys.psk'), `alice:${key.replace('0', '1')}\n`);
    });

    afterAll(() => nbd.stop());

    it('reads and writes in secret', async () => {
      await run('qemu-io', '--object', client(nbd.folder), '-c', 'write -P 5 1M 3M', '-c', 'flush', '-c', 'read -P 5 1M 3M', ...target());
      await run('qemu-io', '-r', '-U', '-f', 'raw', '-c', 'read -P 5 1M 3M', nbd.file('disk.raw'));
    });

    it('turns away who does not prove himself, and who wants to speak in plain text', async () => {
      await expect(run('qemu-io', '--object', stranger(nbd.folder), '-c', 'read 0 512', ...target())).rejects.toThrow();
      await expect(run('qemu-io', '-f', 'raw', '-c', 'read 0 512', nbd.uri('disk'))).rejects.toThrow(/TLS/);
      await run('qemu-io', '--object', client(nbd.folder), '-c', 'read 0 512', ...target());
    });

    it('sends away, as QEMU does, whoever has a certificate when nobody is there to authorize him', async () => {
      const peer = await QmpProcess.start(nbd.folder, ['-object', JSON.stringify(object((name) => nbd.file(name)))]);
      try {
        await peer.execute('blockdev-add', { 'driver': 'null-co', 'node-name': 'disk', 'size': 4096, 'read-zeroes': true });
        await nbd.engine.execute('nbd-server-stop');
        const asked: boolean[] = [];
        for (const [side, name] of [[peer, 'theirs.sock'], [nbd.engine, 'ours.sock']] as const) {
          const socket = nbd.file(name);
          await side.execute('nbd-server-start', { 'addr': { type: 'unix', data: { path: socket } }, 'tls-creds': 'tls0', 'tls-authz': 'nobody' });
          await side.execute('nbd-server-add', { device: 'disk' });
          asked.push(await run('qemu-io', '-r', '--object', client(nbd.folder), '-c', 'read 0 512', ...target(socket)).then(() => true, () => false));
        }
        expect(asked).toEqual(Array(2).fill(type !== 'tls-creds-x509'));
      } finally {
        await peer.stop();
      }
    });
  });
}
