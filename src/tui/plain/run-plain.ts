import type { ReadStream, WriteStream } from 'node:tty';
import type { Session } from '../../shell/session.ts';
import { canEdit } from './can-edit.ts';
import { CookedInput } from './cooked-input.ts';
import { EditedInput } from './edited-input.ts';
import type { LineInput } from './line-input.ts';
import { completePanel } from './panel-command.ts';
import { PlainMonitor } from './plain-monitor.ts';

/** What the composition root hands to the line mode. */
export interface PlainOptions {
  readonly session: Session;
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Lines printed before the first prompt, where somebody types. */
  readonly banner: readonly string[];
  /** Aborted when a signal asks to leave; where a line cannot be edited, SIGINT is Ctrl-C and no such signal. */
  readonly asked: AbortSignal;
}

/**
 * The monitor as lines of text: no boxes, no colours, nothing painted twice. For people who listen to their terminal,
 * for terminals that only print, and for pipes. Loads neither ink nor react.
 * @returns the exit status: 0 after a person has left, else 1 when a line failed
 */
export async function runPlain(options: PlainOptions): Promise<number> {
  const { session, stdout, banner, asked } = options;
  const input = inputOf(options, (line) => monitor.interrupt(line));
  const monitor: PlainMonitor = new PlainMonitor({ session, input, width: () => stdout.columns || 120 });
  const onAbort = () => monitor.leave();
  const onInterrupt = () => monitor.interrupt('');
  asked.addEventListener('abort', onAbort);
  if (input instanceof CookedInput && input.isInteractive) process.on('SIGINT', onInterrupt);
  try {
    if (input.isInteractive) input.print(banner);
    return await monitor.run();
  } finally {
    asked.removeEventListener('abort', onAbort);
    process.off('SIGINT', onInterrupt);
    input.close();
  }
}

/** A terminal that can move its cursor edits lines; anything else hands over whole ones. */
function inputOf({ session, stdin, stdout, env }: PlainOptions, onInterrupt: (line: string) => void): LineInput {
  if (!canEdit(stdin, stdout, env)) return new CookedInput({ stdin, stdout }, stdin.isTTY);
  return new EditedInput({
    session, stdin, stdout, env, onInterrupt,
    complete: async (text, cursor) => await completePanel(text, cursor) ?? session.complete(text, cursor),
  });
}
