import { debuglog } from 'node:util';
import { completeWord } from './completion/words.ts';
import type { EarlyPrompt } from './early-prompt.ts';
import { parseCommandLine, type Invocation } from './program.ts';
import { UsageError } from './usage-error.ts';
import { version } from './version.ts';

/** As a shell tells of a program that SIGPIPE has ended. */
const BROKEN_PIPE = 128 + 13;

/**
 * Runs qmon and returns its exit status: 0 done, 1 a command failed, 2 wrong usage, 128 + the number of the signal that ended it.
 * NODE_DEBUG=qmon shows where an error came from.
 */
export async function main(args: readonly string[], early?: EarlyPrompt): Promise<number> {
  // Without a listener a write that fails would end the program before its images are closed.
  const lost: Error[] = [];
  for (const stream of [process.stdout, process.stderr]) stream.on('error', (error: Error) => lost.push(error));
  try {
    if (args[0] === completeWord) return await (await import('./modes/complete.ts')).complete(args.slice(1));
    const invocation = parseCommandLine(args, version);
    const status = 'exitStatus' in invocation ? invocation.exitStatus : await runMode(invocation, early);
    if (status === 0 && lost[0] !== undefined) throw lost[0];
    return status;
  } catch (error) {
    early?.restore();
    // A reader that has seen enough (`| head`) is no error.
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return BROKEN_PIPE;
    process.stderr.write(`qmon: ${(error as Error).message}\n`);
    if (error instanceof UsageError) return error.exitStatus;
    debuglog('qmon')('%s', (error as Error).stack);
    return 1;
  }
}

/** Each mode is loaded only when it is wanted: `exec` and `serve` never see ink or react. */
async function runMode(invocation: Invocation, early: EarlyPrompt | undefined): Promise<number> {
  if (invocation.options.connect === true) {
    const chosen = await (await import('./discovery/choose-address.ts')).chooseAddress(invocation, early);
    return runMode(chosen.invocation, chosen.early);
  }
  switch (invocation.mode) {
    case 'monitor': return (await import('./modes/monitor.ts')).monitor(invocation, early);
    case 'exec': return (await import('./modes/exec.ts')).exec(invocation);
    case 'serve': return (await import('./modes/serve.ts')).serve(invocation);
    case 'replay': return (await import('./modes/replay.ts')).replay(invocation, early);
    case 'completion': return (await import('./modes/completion.ts')).completion(invocation);
  }
}
