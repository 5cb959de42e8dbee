import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../src/qmp/client.ts';
import type { QmpEndpoint } from '../../src/qmp/endpoint.ts';
import type { Link, LinkState } from '../../src/qmp/link.ts';
import { serveQmp } from '../../src/qmp/server.ts';
import type { QmpServer } from '../../src/qmp/server.ts';
import { sshArguments } from '../../src/qmp/transports/ssh.ts';

const endpoint: QmpEndpoint = {
  execute: async (name) => ({ name }),
  onEvent: () => () => undefined,
  version: () => ({ qemu: { major: 7, minor: 2, micro: 0 }, package: '' }),
};

let folder: string;
let server: QmpServer;
let link: Link | undefined;
let remote: string;
const path = process.env.PATH;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'qmon-ssh-test-'));
  remote = join(folder, 'a b:c%d');
  server = await serveQmp({ endpoint, addresses: [{ kind: 'unix', path: remote }] });
  mkdirSync(join(folder, 'tmp'));
  process.env.TMPDIR = join(folder, 'tmp');
});

afterEach(async () => {
  await link?.close();
  link = undefined;
  await server.close();
  process.env.PATH = path;
  delete process.env.TMPDIR;
  rmSync(folder, { recursive: true, force: true });
});

/** Puts a program called ssh before the system's. */
function install(text: string): void {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'ssh'), text);
  chmodSync(join(bin, 'ssh'), 0o755);
  process.env.PATH = `${bin}:${path}`;
}

/** An ssh that forwards on this host; it writes down its arguments and its process id. */
const forwarding = () => `#!${process.execPath}
const net = require('node:net'), fs = require('node:fs');
fs.writeFileSync(${JSON.stringify(join(folder, 'arguments'))}, JSON.stringify(process.argv.slice(2)));
fs.writeFileSync(${JSON.stringify(join(folder, 'pid'))}, String(process.pid));
const given = process.argv[process.argv.indexOf('-L') + 1];
const [local, remote] = given.split(/(?<!\\\\):/).map((one) => one.replace(/\\\\(.)/g, '$1').replaceAll('%%', '%'));
net.createServer((socket) => {
  const far = net.connect({ path: remote });
  socket.pipe(far).pipe(socket);
  far.on('error', () => { process.stderr.write('channel 2: open failed: connect failed: open failed\\n'); socket.destroy(); });
  socket.on('error', () => far.destroy());
}).listen(local);
`;

function until(wanted: (state: LinkState) => boolean): Promise<LinkState> {
  return new Promise((resolve) => {
    const off = link!.onState((state) => {
      if (!wanted(state)) return;
      off();
      resolve(state);
    });
    if (wanted(link!.state)) resolve(link!.state);
  });
}

const reasonOf = async () => ((await until(({ state }) => state === 'waiting')) as { reason: string }).reason;

describe('a link through ssh', () => {
  it('carries messages, and leaves neither a process nor a folder', async () => {
    install(forwarding());
    link = connect(`ssh://me@vmhost:2222${remote}`);
    expect(link.label).toBe(`ssh://me@vmhost:2222${remote}`);
    expect(await link.execute('query-name')).toEqual({ name: 'query-name' });
    const given = JSON.parse(readFileSync(join(folder, 'arguments'), 'utf8')) as string[];
    expect(given.slice(-2)).toEqual(['--', 'me@vmhost']);
    expect(given).toEqual(expect.arrayContaining(['-N', '-T', 'BatchMode=yes', 'ExitOnForwardFailure=yes', '-p', '2222']));
    await link.close();
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    await expect.poll(() => isAlive(pid)).toBe(false);
    await expect.poll(() => readdirSync(join(folder, 'tmp'))).toEqual([]);
  });

  it('is made anew when ssh is gone', async () => {
    install(forwarding());
    link = connect(`ssh://vmhost${remote}`);
    await link.execute('query-name');
    process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 'SIGKILL');
    await until(({ state }) => state === 'waiting');
    link.retry();
    await until(({ state }) => state === 'ready');
    expect(await link.execute('query-name')).toEqual({ name: 'query-name' });
  });

  it('says what ssh says', async () => {
    install('#!/bin/sh\necho "banner" >&2\necho "me@vmhost: Permission denied (publickey)." >&2\nexit 255\n');
    link = connect('ssh://me@vmhost/run/q');
    expect(await reasonOf()).toBe('ssh: me@vmhost: Permission denied (publickey).');
  });

  it('says that nothing answers at the path', async () => {
    install(forwarding());
    link = connect(`ssh://vmhost${join(folder, 'nothing')}`);
    expect(await reasonOf()).toBe(`ssh: nothing answers at ${join(folder, 'nothing')} on vmhost`);
  });

  it('says that there is no ssh', async () => {
    process.env.PATH = join(folder, 'tmp');
    link = connect('ssh://vmhost/run/q');
    expect(await reasonOf()).toMatch(/^ssh cannot be started: .*ENOENT/);
  });

  it('gives ssh paths that it neither splits nor expands', () => {
    const given = sshArguments({ kind: 'ssh', host: 'h', path: '/a:b%h\\c' }, '/tmp/l');
    expect(given[given.indexOf('-L') + 1]).toBe('/tmp/l:/a\\:b%%h\\\\c');
  });
});

const sshd = '/usr/sbin/sshd';
// The real thing as a child of ssh: no port is opened. As root it needs the folder that the distribution makes for it.
const hasSshd = existsSync(sshd) && spawnSync('ssh', ['-V']).error === undefined && (process.getuid?.() !== 0 || existsSync('/run/sshd'));

describe.skipIf(!hasSshd)('a link through the real ssh and sshd', () => {
  it('carries messages to a socket with an odd name', async () => {
    const key = (name: string) => {
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)], { timeout: 20_000 });
      return join(folder, name);
    };
    const [host, user] = [key('host'), key('user')];
    const config = join(folder, 'sshd_config');
    writeFileSync(config, `HostKey ${host}\nAuthorizedKeysFile ${user}.pub\nStrictModes no\nUsePAM no\nPidFile none\n`);
    writeFileSync(join(folder, 'config'),
      `Host vmhost\n  ProxyCommand ${sshd} -i -f ${config}\n  IdentityFile ${user}\n  UserKnownHostsFile ${folder}/known\n  StrictHostKeyChecking accept-new\n`);
    const ssh = execFileSync('sh', ['-c', 'command -v ssh'], { timeout: 20_000 }).toString().trim();
    install(`#!/bin/sh\nexec ${ssh} -F ${join(folder, 'config')} "$@"\n`);
    link = connect(`ssh://vmhost${remote}`);
    expect(await link.execute('query-name')).toEqual({ name: 'query-name' });
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
