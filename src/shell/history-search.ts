/** Walking through older lines with Up and Down: only those that start with what was typed before the walk began. */
export interface HistoryWalk {
  /** What was typed when the walk began; Down past the newest line gives it back. */
  readonly typed: string;
  /** The index of the line shown now; the number of lines means none, the typed text is shown. */
  readonly index: number;
}

/** Begins a walk below the newest line. */
export function startWalk(lines: readonly string[], typed: string): HistoryWalk {
  return { typed, index: lines.length };
}

/** The text that a walk shows. */
export function walkText(lines: readonly string[], walk: HistoryWalk): string {
  return lines[walk.index] ?? walk.typed;
}

/** Up: the next older line that starts with the typed text and differs from what is shown; the same walk when there is none. */
export function walkUp(lines: readonly string[], walk: HistoryWalk): HistoryWalk {
  const shown = walkText(lines, walk);
  for (let index = Math.min(walk.index, lines.length) - 1; index >= 0; index--) {
    const line = lines[index] ?? '';
    if (line.startsWith(walk.typed) && line !== shown) return { ...walk, index };
  }
  return walk;
}

/** Down: the next newer such line, and after the newest the typed text again. */
export function walkDown(lines: readonly string[], walk: HistoryWalk): HistoryWalk {
  const shown = walkText(lines, walk);
  for (let index = walk.index + 1; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (line.startsWith(walk.typed) && line !== shown) return { ...walk, index };
  }
  return { ...walk, index: lines.length };
}

/** Ctrl-R: an incremental search from newer to older lines. */
export interface HistorySearch {
  readonly query: string;
  /** The index of the line found, or the number of lines before anything was searched. */
  readonly index: number;
  /** False when nothing (more) holds the query; the last line found stays shown. */
  readonly found: boolean;
  /** What was in the line before, to go back to. */
  readonly typed: string;
}

/** Begins a search; nothing is found yet. */
export function startSearch(lines: readonly string[], typed: string): HistorySearch {
  return { query: '', index: lines.length, found: true, typed };
}

/** The text that a search shows. */
export function searchText(lines: readonly string[], search: HistorySearch): string {
  return lines[search.index] ?? search.typed;
}

/** Where the query stands in the text shown, for the caret and the highlight; undefined when it does not. */
export function searchMatch(lines: readonly string[], search: HistorySearch): { start: number; end: number } | undefined {
  if (search.query === '') return undefined;
  const start = position(searchText(lines, search), search.query);
  return start < 0 ? undefined : { start, end: start + search.query.length };
}

/** A longer or shorter query: a longer one looks on from the line shown, a shorter one begins again at the newest. */
export function setQuery(lines: readonly string[], search: HistorySearch, query: string): HistorySearch {
  if (query === '') return { ...startSearch(lines, search.typed) };
  const longer = query.startsWith(search.query) && search.query !== '';
  return seek(lines, { ...search, query }, longer ? search.index : lines.length - 1);
}

/** Ctrl-R again: the next older line with the query that reads differently. */
export function searchOlder(lines: readonly string[], search: HistorySearch): HistorySearch {
  return search.query === '' ? search : seek(lines, search, search.index - 1);
}

/** Ctrl-S: the next newer one. */
export function searchNewer(lines: readonly string[], search: HistorySearch): HistorySearch {
  if (search.query === '') return search;
  const shown = searchText(lines, search);
  for (let index = search.index + 1; index < lines.length; index++) {
    if (holds(lines[index], search.query) && lines[index] !== shown) return { ...search, index, found: true };
  }
  return { ...search, found: false };
}

function seek(lines: readonly string[], search: HistorySearch, from: number): HistorySearch {
  const passed = from < search.index ? lines[search.index] : undefined;
  for (let index = Math.min(from, lines.length - 1); index >= 0; index--) {
    if (holds(lines[index], search.query) && lines[index] !== passed) return { ...search, index, found: true };
  }
  return { ...search, found: false };
}

function holds(line: string | undefined, query: string): boolean {
  return line !== undefined && position(line, query) >= 0;
}

/** Case counts only when the query has capitals. */
function position(line: string, query: string): number {
  return query === query.toLowerCase() ? line.toLowerCase().indexOf(query) : line.indexOf(query);
}
