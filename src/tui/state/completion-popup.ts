import type { Candidate, Completion } from '../../shell/session.ts';
import { graphemes } from '../text/graphemes.ts';

/** The list of candidates under the caret's word. */
export interface CompletionPopup extends Completion {
  /** -1 while none is chosen. */
  readonly selected: number;
  /** The line was changed since: the candidates are those of what stood there before. */
  readonly isStale?: boolean;
}

/** What Tab makes of a completion: text to put in, and a list when there is still a choice. */
export interface TabResult {
  readonly insert?: string;
  readonly popup?: CompletionPopup;
}

/**
 * One candidate is put in at once; of several the part they share, and the list is shown. Those that only resemble what
 * was typed do not count while others begin with it.
 */
export function openPopup(text: string, completion: Completion): TabResult {
  const typed = text.slice(completion.from, completion.to);
  const begun = completion.candidates.filter(({ insert }) => insert.toLowerCase().startsWith(typed.toLowerCase()));
  const fitting = begun.length > 0 ? begun : completion.candidates;
  const [only, second] = fitting;
  if (only === undefined) return {};
  if (second === undefined) return { insert: only.insert };
  const shared = commonPrefix(fitting.map((candidate) => candidate.insert));
  const extends_ = shared.length > typed.length && shared.toLowerCase().startsWith(typed.toLowerCase());
  const to = extends_ ? completion.from + shared.length : completion.to;
  return { ...(extends_ ? { insert: shared } : {}), popup: { ...completion, to, selected: -1 } };
}

/** The list after a step down or up; it goes round. */
export function selectNext(popup: CompletionPopup, step: 1 | -1): CompletionPopup {
  const count = popup.candidates.length;
  const selected = popup.selected < 0 && step < 0 ? count - 1 : (popup.selected + step + count) % count;
  return { ...popup, selected };
}

/** A fresh list for a changed line: the chosen candidate stays chosen while it is there. */
export function refreshPopup(popup: CompletionPopup, completion: Completion): CompletionPopup | undefined {
  if (completion.candidates.length === 0) return undefined;
  const chosen = popup.candidates[popup.selected]?.insert;
  return { ...completion, selected: completion.candidates.findIndex((candidate) => candidate.insert === chosen) };
}

/** The rows to show: at most `room`, with the chosen one among them. */
export function visibleCandidates(popup: CompletionPopup, room: number): { first: number; rows: readonly Candidate[] } {
  const last = Math.max(0, popup.candidates.length - room);
  const first = Math.min(last, Math.max(0, popup.selected - Math.floor(room / 2)));
  return { first, rows: popup.candidates.slice(first, first + room) };
}

/** What all texts begin with, cut at a whole character. */
export function commonPrefix(texts: readonly string[]): string {
  const [first = '', ...others] = texts;
  let length = first.length;
  for (const other of others) {
    let same = 0;
    while (same < length && other[same] === first[same]) same++;
    length = same;
  }
  if (length === first.length) return first;
  let whole = '';
  for (const grapheme of graphemes(first)) {
    if (whole.length + grapheme.length > length) break;
    whole += grapheme;
  }
  return whole;
}
