import type { Candidate, Completion } from '../../shell/session.ts';
import { padCells } from '../text/fit-cells.ts';
import { cellWidth } from '../text/graphemes.ts';
import { printableLine } from '../text/printable.ts';

/** What Tab does where there is no list to choose from: more of the word, or the candidates in words. */
export interface TextCompletion {
  /** What is typed of the word. */
  readonly typed: string;
  /** What stands in its place afterwards; the same when there is nothing to add. */
  readonly shared: string;
  /** The candidates, one a line, or what is expected. */
  readonly list: readonly string[];
}

const mostListed = 60;

/** Turns candidates into text. Those that begin with what is typed go before those that only resemble it. */
export function textCompletion(text: string, { from, to, candidates, expects }: Completion): TextCompletion {
  const typed = text.slice(from, to);
  const continuing = candidates.filter((candidate) => candidate.insert.startsWith(typed));
  const shown = continuing.length > 0 ? continuing : candidates;
  const shared = sharedStart(shown.map((candidate) => candidate.insert));
  const isMore = shared.length > 0 && shared !== typed && (shown.length === 1 || shared.startsWith(typed));
  return { typed, shared: isMore ? shared : typed, list: shown.length > 0 ? listed(shown) : [`expected here: ${printableLine(expects ?? 'nothing known')}`] };
}

function sharedStart([first = '', ...others]: readonly string[]): string {
  let end = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, end))) end--;
  return first.slice(0, end);
}

function listed(candidates: readonly Candidate[]): string[] {
  const shown = candidates.slice(0, mostListed).map(({ label, detail = '' }) => ({ label: printableLine(label), detail: printableLine(detail) }));
  const width = Math.min(40, Math.max(...shown.map(({ label }) => cellWidth(label))));
  const lines = shown.map(({ label, detail }) => (detail === '' ? `  ${label}` : `  ${padCells(label, width)}  ${detail}`));
  const more = candidates.length - shown.length;
  return more > 0 ? [...lines, `  and ${more} more`] : lines;
}
