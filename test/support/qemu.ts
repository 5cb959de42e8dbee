import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { describe } from 'vitest';

const run = promisify(execFile);
const limits = { maxBuffer: 1 << 26, timeout: 60_000 };

function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;
}

const missing = ['qemu-img', 'qemu-io', 'qemu-storage-daemon', 'qemu-system-x86_64'].filter((program) => !isInstalled(program));

if (missing.length > 0 && process.env.CI) throw new Error(`CI needs the real QEMU; not installed: ${missing.join(', ')}`);

/** The real QEMU tools, the referee of these tests. Each rejects when the tool's exit status is not 0. */
export const qemu = {
  isInstalled: missing.length === 0,
  /** Runs qemu-img and returns its standard output. */
  img: async (...args: string[]): Promise<string> => (await run('qemu-img', args, limits)).stdout,
  /** Runs qemu-io commands on an image and returns its standard output. */
  io: async (image: string, ...commands: string[]): Promise<string> =>
    (await run('qemu-io', [...commands.flatMap((command) => ['-c', command]), image], limits)).stdout,
};

/** A describe block that needs the real QEMU; without it the tests are skipped and the title says why. */
export function describeWithQemu(title: string, body: () => void): void {
  if (qemu.isInstalled) describe(title, body);
  else describe.skip(`${title} (skipped: not installed: ${missing.join(', ')})`, body);
}
