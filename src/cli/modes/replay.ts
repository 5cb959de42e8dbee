import { createSession } from '../../shell/create-session.ts';
import { eventOutput } from '../../shell/event-text.ts';
import type { QmpEvent } from '../../qmp/link.ts';
import { readRecording } from '../../shell/replay/recording.ts';
import type { Recording } from '../../shell/replay/recording.ts';
import { ReplayLink } from '../../shell/replay/replay-link.ts';
import { openScript } from '../../shell/script-file.ts';
import { defaultConfigFile } from '../../shell/settings/config-file.ts';
import { loadSettings } from '../../shell/settings/settings.ts';
import type { EarlyPrompt } from '../early-prompt.ts';
import type { Invocation } from '../program.ts';
import { settingsOf } from '../settings-of.ts';
import { UsageError } from '../usage-error.ts';

/** `qmon replay FILE`: a recorded session on the screen, without any QEMU; without a terminal, what happened as text. */
export async function replay({ words, options }: Invocation, early?: EarlyPrompt): Promise<number> {
  const [file = ''] = words;
  const speed = options.speed === undefined ? 1 : Number(options.speed);
  if (!(speed > 0)) throw new UsageError(`--speed: '${options.speed}' is no number above 0`);
  const recording = await openScript(file).then(readRecording).catch((error: Error) => {
    throw new UsageError(`${file}: ${error.message}`, 1);
  });
  if (early === undefined) return printAll(recording);
  const settings = settingsOf(options, await loadSettings(defaultConfigFile(process.env)));
  settings.override('log', '');
  const link = new ReplayLink(recording, speed);
  const session = createSession({ link, settings, nowMs: () => link.nowMs() });
  try {
    const { runMonitor } = await import('../../tui/run-monitor.tsx');
    return await runMonitor({
      session, replay: link, stdin: process.stdin, stdout: process.stdout, env: process.env,
      skeleton: early.skeleton, typeAhead: early.release(), banner: banner(file, recording),
    });
  } finally {
    await session.close();
  }
}

function banner(file: string, { header, sessions }: Recording): string[] {
  const which = sessions > 1 ? ` (the last of ${sessions} sessions)` : '';
  return [`Replaying ${file}${which}: ${header.label}, ${header.time}. Space pauses, ? helps, Ctrl-D leaves.`];
}

/** Lines, what they printed, and events, each with its time. */
function printAll({ header, entries }: Recording): number {
  const lines = entries.filter(({ kind }) => kind !== 'sent' && kind !== 'reply').flatMap(({ entry }) => {
    const time = entry.time.slice(11, 23);
    if ('line' in entry) return [`${time} qmon> ${entry.line}`];
    if ('outcome' in entry) return entry.outcome.outputs.map(({ text }) => text);
    if ('received' in entry && 'event' in entry.received) return [eventOutput(entry.received as unknown as QmpEvent).text];
    return 'state' in entry ? [`${time} link ${entry.state.state}`] : [];
  });
  process.stdout.write([`# ${header.label}, ${header.time}`, ...lines].join('\n') + '\n');
  return 0;
}
