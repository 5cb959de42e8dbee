import { higher } from './allow-level.ts';
import type { AllowLevel } from './allow-level.ts';
import { commandLevel } from './command-levels.ts';
import { lineOnlyAsks } from './monitor-line.ts';

export type Row = Readonly<Record<string, unknown>>;

/** One thing that a message asks for: messages may carry several, and a line of the human monitor besides. */
export interface Part {
  readonly command: string;
  readonly args: Row;
  /** A line for the far end's human monitor. */
  readonly line?: string;
}

/**
 * All that a message asks for, whatever it is wrapped in; undefined when it cannot be told, as the far end could not either,
 * or so we hope.
 */
export function partsOf(message: Row): readonly Part[] | undefined {
  const names = [message.execute, message['exec-oob']].filter((name) => name !== undefined);
  if (names.length === 0 || !names.every((name) => typeof name === 'string')) return undefined;
  const args = isRow(message.arguments) ? message.arguments : {};
  const parts: Part[] = [];
  for (const command of names) {
    const inner = partsOfCommand(command, args);
    if (inner === undefined) return undefined;
    parts.push(...inner);
  }
  return parts;
}

/** What a part needs before anybody has looked at what it meets. */
export function partLevel({ command, args, line }: Part): AllowLevel {
  if (line === undefined) return commandLevel(command, args);
  return lineOnlyAsks(line) ? 'observe' : 'operate';
}

/** The same of a whole message. */
export function partsLevel(parts: readonly Part[]): AllowLevel {
  return parts.map(partLevel).reduce(higher, 'observe');
}

function partsOfCommand(command: string, args: Row): readonly Part[] | undefined {
  if (command === 'transaction') return partsOfTransaction(args);
  if (command !== 'human-monitor-command') return [{ command, args }];
  const line = args['command-line'];
  return typeof line === 'string' ? [{ command, args, line }] : undefined;
}

function partsOfTransaction({ actions }: Row): readonly Part[] | undefined {
  if (!Array.isArray(actions)) return undefined;
  const parts = actions.map((action: unknown): Part | undefined => {
    if (!isRow(action) || typeof action.type !== 'string') return undefined;
    return { command: action.type, args: isRow(action.data) ? action.data : {} };
  });
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
