import { messageWithoutSecrets } from '../../shell/secret-members.ts';
import type { Translation } from '../../shell/translate/translation.ts';
import { formatJson } from '../../util/lossless-json.ts';
import { cutCells } from '../text/fit-cells.ts';
import { jsonParts, paintRow } from '../text/highlight.ts';
import { printableLine } from '../text/printable.ts';
import { theme } from '../theme.ts';

const margin = '      ';
const arrow = '   -> ';

/** Under the prompt: the message that Enter sends, and what it would come to now; at most two rows. */
export function translationRows(translation: Translation | undefined, width: number): string[] {
  if (translation === undefined) return [];
  const room = Math.max(8, width - margin.length);
  return [...messageRow(translation, room), ...effectRow(translation, room)];
}

function messageRow({ messages }: Translation, room: number): string[] {
  const [first, ...others] = messages;
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : `  and ${others.length} more`;
  const text = cutCells(printableLine(formatJson(messageWithoutSecrets(first))), Math.max(4, room - more.length));
  return [theme.dim(arrow) + paintRow(text, 0, jsonParts(text)) + theme.dim(more)];
}

function effectRow({ problem, note, effect, units }: Translation, room: number): string[] {
  if (problem !== undefined) return [row(`not like this: ${problem}`, theme.warn, room)];
  if (note !== undefined) return [row(note, theme.dim, room)];
  const words = [...units, effect?.text ?? ''].filter((one) => one !== '').join(', ');
  if (effect?.impact === 'destructive') return [row(`! ${words}: ${effect.why}`, theme.bad, room)];
  return words === '' ? [] : [row(words, (text) => text, room)];
}

function row(text: string, paint: (text: string) => string, room: number): string {
  return margin + paint(cutCells(printableLine(text), room));
}
