import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

type Reply = Record<string, unknown>;

/** A real, paused qemu-system-x86_64 without a screen, spoken to over its QMP socket by nothing of ours. */
export class QemuMonitor {
  readonly #child: ChildProcess;
  readonly #socket: Socket;
  readonly #folder: string;
  readonly #waiting: ((reply: Reply) => void)[] = [];
  #received = '';

  private constructor(child: ChildProcess, socket: Socket, folder: string) {
    this.#child = child;
    this.#socket = socket;
    this.#folder = folder;
    socket.setEncoding('utf8').on('data', (text: string) => this.#take(text));
  }

  /** Starts it; ends by itself after five minutes, whatever happens to the test. */
  static async start(...args: string[]): Promise<QemuMonitor> {
    const folder = await mkdtemp(join(tmpdir(), 'qmon-qemu-'));
    const path = join(folder, 'qmp');
    const all = ['300', 'qemu-system-x86_64', '-S', '-display', 'none', '-nodefaults', '-qmp', `unix:${path},server=on,wait=off`, ...args];
    const child = spawn('timeout', all, { stdio: ['ignore', 'ignore', 'ignore'] });
    const monitor = new QemuMonitor(child, await connectWhenReady(child, path), folder);
    await monitor.#next();
    await monitor.request('{"execute": "qmp_capabilities"}');
    return monitor;
  }

  /** Sends the text as it is and returns the whole reply. */
  async request(text: string): Promise<Reply> {
    this.#socket.write(`${text}\n`);
    return this.#next();
  }

  /** @throws Error with the error's desc */
  async execute(command: string, args: object = {}): Promise<unknown> {
    const reply = await this.request(JSON.stringify({ execute: command, arguments: args }));
    if ('error' in reply) throw new Error((reply.error as { desc: string }).desc);
    return reply.return;
  }

  /** What QEMU's own human monitor answers, CR LF and all. */
  async human(line: string): Promise<string> {
    return (await this.execute('human-monitor-command', { 'command-line': line })) as string;
  }

  /** Resolves when it has ended and lets go of its images. */
  async stop(): Promise<void> {
    this.#socket.destroy();
    const isRunning = this.#child.exitCode === null && this.#child.signalCode === null;
    const ended = isRunning ? once(this.#child, 'exit') : undefined;
    this.#child.kill();
    await ended;
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #next(): Promise<Reply> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #take(text: string): void {
    const lines = (this.#received + text).split('\n');
    this.#received = lines.pop() ?? '';
    for (const line of lines) {
      const reply = JSON.parse(line) as Reply;
      if (!('event' in reply)) this.#waiting.shift()?.(reply);
    }
  }
}

/** The socket's file is there before anyone listens: only a connection tells. */
async function connectWhenReady(child: ChildProcess, path: string): Promise<Socket> {
  for (;;) {
    const socket = connect(path);
    try {
      await once(socket, 'connect');
      return socket;
    } catch (error) {
      if (child.exitCode !== null) throw new Error(`qemu-system-x86_64 ended with status ${child.exitCode}`, { cause: error });
      await sleep(25);
    }
  }
}
