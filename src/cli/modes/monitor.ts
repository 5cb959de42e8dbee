import { createSession } from '../../shell/create-session.ts';
import { defaultHistoryFile, openHistory } from '../../shell/history-file.ts';
import { defaultConfigFile } from '../../shell/settings/config-file.ts';
import { loadSettings } from '../../shell/settings/settings.ts';
import type { Safety } from '../../shell/safety/safety.ts';
import type { Settings } from '../../shell/settings/settings.ts';
import type { EarlyPrompt } from '../early-prompt.ts';
import { openImages, openTarget, ownDeclarations, printNote, targetOf, type OpenTarget } from '../open-target.ts';
import type { Invocation } from '../program.ts';
import { offeredMonitors } from '../discovery/offered-monitors.ts';
import { safetyOf } from '../safety-of.ts';
import { settingsOf } from '../settings-of.ts';
import { untilAskedToLeave } from '../until-asked-to-leave.ts';
import { version } from '../version.ts';

/** `qmon [IMAGE...]`: the interactive monitor; as lines of text where the launcher has found no terminal for a screen. */
export async function monitor(invocation: Invocation, early?: EarlyPrompt): Promise<number> {
  const wanted = targetOf(invocation, invocation.words, true);
  const { options } = invocation;
  const rules = safetyOf(options);
  if (early === undefined) return (await import('../line-mode.ts')).lineMode(wanted, options);
  const settings = settingsOf(options, await loadSettings(defaultConfigFile(process.env)));
  const safety: Safety = { ...rules, confirm: () => rules.confirm() && settings.get('confirm') };
  const notes = [...settings.problems];
  const target = await openTarget(wanted, { onNote: (text) => notes.push(text) });
  const status = await onTerminal({ ...target, notes, settings, safety }, early);
  notes.forEach(printNote);
  if (status === HUNG_UP) hangUp();
  return status;
}

/** A target whose notes wait for a place on the screen: the banner, later the lines after leaving. */
interface ScreenTarget extends OpenTarget {
  readonly notes: string[];
  readonly settings: Settings;
  readonly safety: Safety;
}

const HUNG_UP = 128 + 1;

/** Ends as one does whose terminal is gone: Node would abort when it fails to reset that terminal at its exit. */
function hangUp(): void {
  process.removeAllListeners('SIGHUP');
  process.kill(process.pid, 'SIGHUP');
}

/** Runs until the user leaves or a signal asks to, and closes the target in either case. */
async function onTerminal(target: ScreenTarget, early: EarlyPrompt): Promise<number> {
  const asked = new AbortController();
  const run = show(target, early, asked.signal);
  try {
    const signalled = await untilAskedToLeave(run.then(() => undefined));
    asked.abort();
    return Math.max(signalled, await run);
  } finally {
    await target.close();
  }
}

/** Shows the screen once the images are open, unless a signal has come by then; the screen hears of later ones itself. */
async function show(target: ScreenTarget, early: EarlyPrompt, asked: AbortSignal): Promise<number> {
  const loading = import('../../tui/run-monitor.tsx');
  await openImages(target);
  const screen = await loading;
  if (asked.aborted) {
    early.restore();
    return 0;
  }
  const { link, images, settings, safety } = target;
  const history = openHistory(defaultHistoryFile(process.env), () => settings.get('history-size'));
  const sessionOf = (opened: Pick<OpenTarget, 'link' | 'images'>) =>
    createSession({
      link: opened.link, images: opened.images, monitors: offeredMonitors, declarations: ownDeclarations, settings, history, safety: { ...safety },
    });
  const session = sessionOf({ link, images });
  try {
    return await screen.runMonitor({
      session,
      openSession: async (address) => sessionOf(await openTarget({ kind: 'remote', address })),
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
function banner({ link, notes }: ScreenTarget): string[] {
  return [...notes.splice(0), `qmon ${version} on ${link.label}. TAB completes, F1 helps, Ctrl-D leaves.`];
}
