import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe } from 'vitest';
import { createEngine } from '../../src/engine/create-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { MachineDescription } from '../../src/machine/description.ts';
import { qemu } from './qemu.ts';

const execute = promisify(execFile);

const missing = ['nbdinfo', 'nbdcopy', 'qemu-nbd'].filter((program) => (
  spawnSync(program, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status !== 0));

if (missing.length > 0 && process.env.CI) throw new Error(`CI needs the tools of NBD; not installed: ${missing.join(', ')}`);

/** A describe block that needs NBD clients and the real QEMU; without them the tests are skipped and the title says why. */
export function describeWithNbdClients(title: string, body: () => void): void {
  if (missing.length === 0 && qemu.isInstalled) describe(title, body);
  else describe.skip(`${title} (skipped: not installed: ${missing.join(', ') || 'QEMU'})`, body);
}

/** Runs a program to its end and returns its standard output; rejects when its exit status is not 0. */
export async function run(program: string, ...args: string[]): Promise<string> {
  return (await execute(program, args, { maxBuffer: 1 << 26, timeout: 30_000 })).stdout;
}

/** An engine that serves NBD at a socket in a folder of its own. */
export class NbdFixture {
  readonly folder: string;
  readonly engine: Engine;

  private constructor(folder: string, engine: Engine) {
    this.folder = folder;
    this.engine = engine;
  }

  static async start(makeImages: (file: (name: string) => string) => Promise<MachineDescription>, server: object = {}): Promise<NbdFixture> {
    const folder = await mkdtemp(join(tmpdir(), 'qmon-nbd-'));
    const engine = await createEngine({ machine: await makeImages((name) => join(folder, name)) });
    const fixture = new NbdFixture(folder, engine);
    await engine.execute('nbd-server-start', { addr: { type: 'unix', data: { path: fixture.socket } }, ...server });
    return fixture;
  }

  get socket(): string {
    return this.file('nbd.sock');
  }

  file(name: string): string {
    return join(this.folder, name);
  }

  uri(name: string): string {
    return `nbd+unix:///${name}?socket=${this.socket}`;
  }

  async stop(): Promise<void> {
    await this.engine.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
