import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SshAddress } from '../address.ts';
import { ReplyDecoder } from '../reply-decoder.ts';
import { StreamTransport } from './stream.ts';
import type { Message, Transport, TransportListener } from './transport.ts';
import { connectUnix } from './unix.ts';

/** What ssh says last is why it failed; more is not kept. */
const mostSaid = 4096;
const lookEveryMs = 20;

/**
 * Messages through the system's own ssh, with its configuration, agent and known hosts: it forwards a socket in a private folder
 * to the one on the other host, for this connection alone. It never asks for anything, for the terminal is ours.
 */
export class SshTransport implements Transport {
  readonly #address: SshAddress;
  readonly #onExit = () => this.#end();
  #folder: string | undefined;
  #ssh: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Once the socket of the other end is reached. */
  #stream: StreamTransport | undefined;
  #said = '';
  #reason: string | undefined;
  #isOver = false;
  #listener: TransportListener | undefined;

  constructor(address: SshAddress) {
    this.#address = address;
  }

  listen(listener: TransportListener): void {
    this.#listener = listener;
    this.#start().catch((error: Error) => {
      this.#said = error.message;
      this.#finish();
    });
  }

  get backlog(): number {
    return this.#stream?.backlog ?? 0;
  }

  send(message: Message): void {
    this.#stream?.send(message);
  }

  pause(): void {
    this.#stream?.pause();
  }

  resume(): void {
    this.#stream?.resume();
  }

  close(): void {
    this.#isOver = true;
    if (this.#stream) this.#stream.close();
    else this.#end();
  }

  destroy(): void {
    this.#isOver = true;
    this.#stream?.destroy();
    this.#end();
  }

  async #start(): Promise<void> {
    const { spawn } = await import('node:child_process'); // no other link needs it
    if (this.#isOver) return;
    this.#folder = mkdtempSync(join(tmpdir(), 'qmon-ssh-'));
    const local = join(this.#folder, 'qmp');
    process.once('exit', this.#onExit);
    this.#ssh = spawn('ssh', sshArguments(this.#address, local), { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#ssh.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#said = (this.#said + text).slice(-mostSaid)));
    this.#ssh.on('error', (error) => (this.#said += `ssh cannot be started: ${error.message}`)).on('close', () => this.#finish());
    this.#reach(local);
  }

  /** The socket is there and listens once ssh has logged in. */
  #reach(local: string): void {
    if (this.#isOver) return;
    const socket = connectUnix(local);
    const again = () => (this.#timer = setTimeout(() => this.#reach(local), lookEveryMs));
    socket.once('error', again).once('connect', () => {
      socket.off('error', again).once('close', () => this.#end());
      if (this.#isOver) socket.destroy();
      else this.#open(socket);
    });
  }

  /** The end is told when ssh has ended, for only then all is known that it said about it. */
  #open(socket: Socket): void {
    const listener = this.#listener;
    this.#stream = new StreamTransport(socket, new ReplyDecoder());
    this.#stream.listen({
      message: (value) => listener?.message(value),
      malformed: (problem) => listener?.malformed(problem),
      drained: () => listener?.drained?.(),
      closed: (reason) => {
        this.#reason = reason;
        this.#end();
      },
    });
    listener?.opened?.();
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#ssh?.kill();
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    process.off('exit', this.#onExit);
  }

  #finish(): void {
    this.#end();
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stream?.destroy();
    const said = this.#said.trim().split(/\r?\n/).at(-1) ?? '';
    this.#listener?.closed(sayWhy(said, this.#reason, this.#address));
  }
}

/** The arguments of ssh; nothing in an address can become an option, or be expanded. */
export function sshArguments({ user, host, port, path }: SshAddress, local: string): string[] {
  const options = [
    'BatchMode=yes', 'ExitOnForwardFailure=yes', 'StreamLocalBindUnlink=yes', 'StreamLocalBindMask=0177', 'ControlPath=none',
    'ConnectTimeout=8', 'LogLevel=ERROR', 'ServerAliveInterval=15', 'ServerAliveCountMax=3',
  ];
  const forward = `${quoted(local)}:${quoted(path)}`;
  return [
    '-N', '-T', ...options.flatMap((option) => ['-o', option]), ...(port === undefined ? [] : ['-p', String(port)]),
    '-L', forward, '--', user === undefined ? host : `${user}@${host}`,
  ];
}

function quoted(path: string): string {
  return path.replace(/[\\:]/g, '\\$&').replaceAll('%', '%%');
}

function sayWhy(said: string, reason: string | undefined, { host, path }: SshAddress): string {
  if (/open failed/.test(said)) return `ssh: nothing answers at ${path} on ${host}`;
  if (said !== '') return said.startsWith('ssh') ? said : `ssh: ${said}`;
  return reason ?? 'ssh ended';
}
