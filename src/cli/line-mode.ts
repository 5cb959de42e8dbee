import { createSession } from '../shell/create-session.ts';
import { defaultHistoryFile } from '../shell/history-file.ts';
import { defaultConfigFile } from '../shell/settings/config-file.ts';
import { loadSettings } from '../shell/settings/settings.ts';
import type { Safety } from '../shell/safety/safety.ts';
import { canEdit } from '../tui/plain/can-edit.ts';
import { awaitReady } from './await-ready.ts';
import { openImages, openTarget, type OpenTarget, type Target } from './open-target.ts';
import type { InvocationOptions } from './program.ts';
import { safetyOf } from './safety-of.ts';
import { settingsOf } from './settings-of.ts';
import { untilAskedToLeave } from './until-asked-to-leave.ts';
import { version } from './version.ts';

/** The monitor without a screen. From a pipe, each line is run and repeated, and the exit status is that of `exec`. */
export async function lineMode(wanted: Target, options: InvocationOptions): Promise<number> {
  const { stdin, stdout, env } = process;
  const rules = safetyOf(options);
  const target = await openTarget(wanted);
  const asked = new AbortController();
  const run = converse({ ...target, rules }, options, asked.signal);
  try {
    const isCtrlC = stdin.isTTY && !canEdit(stdin, stdout, env);
    const signalled = await untilAskedToLeave(run.then(() => undefined), isCtrlC ? ['SIGINT'] : []);
    if (signalled === 0) return await run;
    asked.abort();
    if (!stdin.isTTY) stdin.destroy();
    return signalled;
  } finally {
    await target.close();
  }
}

async function converse(target: OpenTarget & { readonly rules: Safety }, options: InvocationOptions, asked: AbortSignal): Promise<number> {
  const { stdin, stdout, env } = process;
  const [{ runPlain }] = await Promise.all([import('../tui/plain/run-plain.ts'), openImages(target)]);
  const { link, images, rules } = target;
  const settings = settingsOf(options, stdin.isTTY ? await loadSettings(defaultConfigFile(env)) : undefined);
  // Without anybody to ask, only the command line says that there is nothing to ask.
  const safety: Safety = stdin.isTTY ? { ...rules, confirm: () => rules.confirm() && settings.get('confirm') } : rules;
  // As with exec: people read tables, programs what they know from QEMU.
  const hmpTables = stdout.isTTY && options.hmpCompat !== true;
  const session = createSession({ link, images, settings, safety, hmpTables, ...(stdin.isTTY && { historyFile: defaultHistoryFile(env) }) });
  try {
    // A script wants an answer, not a link that goes on trying.
    if (!stdin.isTTY) await awaitReady(link);
    if (asked.aborted) return 0;
    return await runPlain({ session, stdin, stdout, env, asked, banner: [...settings.problems, ...banner(target)] });
  } finally {
    await session.close();
  }
}

function banner({ link, engine }: OpenTarget): string[] {
  return [
    `qmon ${version} on ${link.label}. 'help' lists the commands, 'panel' the panels, 'quit' leaves.`,
    ...engine?.machine.describeGuest() ?? [],
  ];
}
