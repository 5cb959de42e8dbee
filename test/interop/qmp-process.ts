import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatJson, parseJson } from '../../src/util/lossless-json.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever QEMU says
type Message = Record<string, any>;

const PATIENCE_MS = 20_000;

/** A real qemu-system-x86_64 behind a QMP socket, spoken to without any code of ours. */
export class QmpProcess {
  readonly events: [name: string, data: unknown][] = [];
  /** What it printed on its own terminal, as qemu-io's commands do. */
  printed = '';
  readonly #child: ChildProcess;
  readonly #socket: Socket;
  #waiting: ((message: Message) => void)[] = [];

  static async start(folder: string, args: readonly string[]): Promise<QmpProcess> {
    const path = join(folder, 'qmp');
    const child = spawn('stdbuf', ['-oL', 'qemu-system-x86_64', '-S', '-nodefaults', '-display', 'none', '-qmp', `unix:${path},server=on,wait=off`, ...args],
      { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const said: Buffer[] = [];
    child.stderr.on('data', (data: Buffer) => said.push(data));
    const socket = await connectTo(path, child).catch((error: Error) => {
      throw new Error(`${error.message}: ${Buffer.concat(said).toString()}`);
    });
    const process = new QmpProcess(child, socket);
    child.stdout.on('data', (data: Buffer) => (process.printed += data.toString()));
    await process.execute('qmp_capabilities');
    return process;
  }

  private constructor(child: ChildProcess, socket: Socket) {
    this.#child = child;
    this.#socket = socket;
    createInterface(socket).on('line', (line) => this.#receive(parseJson(line) as Message));
  }

  /** The reply's `return`, or `Class: text`. Rejects when it hangs, as QEMU does over some requests. */
  async execute(name: string, args: Record<string, unknown> = {}): Promise<unknown> {
    const reply = await new Promise<Message>((resolve, reject) => {
      const patience = setTimeout(() => reject(new Error(`QEMU does not answer ${name} ${formatJson(args)}`)), PATIENCE_MS);
      this.#waiting.push((message) => {
        clearTimeout(patience);
        resolve(message);
      });
      this.#socket.write(formatJson({ execute: name, arguments: args }));
    });
    return 'error' in reply ? `${reply.error.class}: ${reply.error.desc}` : reply.return;
  }

  async stop(): Promise<void> {
    this.#socket.destroy();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }

  #receive(message: Message): void {
    if ('event' in message) this.events.push([message.event, message.data ?? {}]);
    else if (!('QMP' in message)) this.#waiting.shift()?.(message);
  }
}

async function connectTo(path: string, child: ChildProcess): Promise<Socket> {
  for (let attempt = 0; attempt < 200 && child.exitCode === null; attempt++) {
    const socket = connect(path);
    const connected = await new Promise((resolve) => socket.once('connect', () => resolve(true)).once('error', () => resolve(false)));
    if (connected) return socket;
    await sleep(50);
  }
  throw new Error('qemu-system-x86_64 did not start');
}
