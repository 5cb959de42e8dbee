import { createSession } from '../../shell/create-session.ts';
import { defaultHistoryFile } from '../../shell/history-file.ts';
import type { EarlyPrompt } from '../early-prompt.ts';
import { openTarget, targetOf, type OpenTarget } from '../open-target.ts';
import type { Invocation } from '../program.ts';
import { UsageError } from '../usage-error.ts';
import { version } from '../version.ts';
import type * as runMonitorModule from '../../tui/run-monitor.tsx';

type Screen = typeof runMonitorModule;

/** `qmon [IMAGE...]`: the interactive monitor; without a terminal the lines come from standard input, as with `exec`. */
export async function monitor(invocation: Invocation, early?: EarlyPrompt): Promise<number> {
  const target = await openTarget(targetOf(invocation, invocation.words, true));
  try {
    const screen = early && import('../../tui/run-monitor.tsx');
    await openImages(target);
    return screen ? await onTerminal(target, early, await screen) : await onPipe(target);
  } finally {
    await target.close();
  }
}

/** Opens the embedded engine's images; one that cannot be opened ends the start with QEMU's message. */
async function openImages({ engine }: OpenTarget): Promise<void> {
  await engine?.open().catch((error: Error) => {
    throw new UsageError(error.message, 1);
  });
}

async function onTerminal(target: OpenTarget, early: EarlyPrompt, screen: Screen): Promise<number> {
  const session = createSession({ link: target.link, historyFile: defaultHistoryFile(process.env) });
  try {
    return await screen.runMonitor({
      session,
      stdin: process.stdin,
      stdout: process.stdout,
      env: process.env,
      skeleton: early.skeleton,
      typeAhead: early.release(),
      banner: banner(target),
      guestLabel: target.engine?.machine.describeGuest()[0],
    });
  } finally {
    await session.close();
  }
}

/** What is printed once, above the first frame. */
function banner({ link }: OpenTarget): string[] {
  return [`qmon ${version} on ${link.label}. TAB completes, F1 helps, Ctrl-D leaves.`];
}

async function onPipe(target: OpenTarget): Promise<number> {
  const { linesOf, runAndClose } = await import('./exec.ts');
  return runAndClose(target, [linesOf(process.stdin)], { keepGoing: true });
}
