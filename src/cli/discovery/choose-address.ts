import type { EarlyPrompt } from '../early-prompt.ts';
import type { Invocation } from '../program.ts';
import { UsageError } from '../usage-error.ts';
import { findRunningMonitors, type FoundMonitor } from './running-monitors.ts';

/** A start with an address, and the prompt that is left of the one that the launcher painted. */
export interface Chosen {
  readonly invocation: Invocation;
  readonly early: EarlyPrompt | undefined;
}

/**
 * Finds the address that `--connect` goes without: somebody at a terminal chooses by number, a script is told what there is.
 * @throws UsageError when there is nothing to choose, or nobody to do it
 */
export async function chooseAddress(invocation: Invocation, early: EarlyPrompt | undefined): Promise<Chosen> {
  const found = findRunningMonitors();
  if (found.length === 0) throw new UsageError('--connect: no running QEMU was found with a QMP socket that you may open; give its address', 1);
  if (invocation.mode !== 'monitor' || !process.stdin.isTTY) throw new UsageError(['--connect: give one of these addresses:', ...monitorLines(found)].join('\n'));
  early?.restore();
  const address = await ask(found);
  return { invocation: { ...invocation, options: { ...invocation.options, connect: address } }, early: early && again() };
}

/** A numbered line for each. */
export function monitorLines(found: readonly FoundMonitor[]): string[] {
  const width = Math.max(...found.map(({ address }) => address.length));
  return found.map(({ address, pid, name, isBusy }, index) =>
    `  ${index + 1}  ${address.padEnd(width)}  ${name}, process ${pid}${isBusy ? ', BUSY: another client holds it' : ''}`.replace(/[\x00-\x1f\x7f-\x9f]/g, '?'));
}

async function ask(found: readonly FoundMonitor[]): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const left = new Promise<never>((_, reject) => lines.once('close', () => reject(new UsageError('--connect: nothing was chosen', 1))));
  process.stdout.write(`QMP sockets of running QEMUs:\n${monitorLines(found).join('\n')}\n`);
  try {
    for (;;) {
      const answer = await Promise.race([lines.question(`Connect to which? 1 to ${found.length}, an empty line leaves: `), left]);
      if (answer.trim() === '') throw new UsageError('--connect: nothing was chosen', 1);
      const chosen = /^\s*\d+\s*$/.test(answer) ? found[Number(answer) - 1] : undefined;
      if (chosen !== undefined) return chosen.address;
    }
  } finally {
    left.catch(() => undefined);
    lines.close();
  }
}

/** The launcher's prompt is gone; the screen paints its own. */
function again(): EarlyPrompt {
  process.stdin.setRawMode(true);
  return {
    skeleton: '',
    release: () => Buffer.alloc(0),
    restore: () => {
      process.stdin.setRawMode(false);
      process.stdin.pause();
    },
  };
}
