import type { KeyBinding } from './keys/key-bindings.ts';
import type { Deed, RowAction } from './panel.ts';
import type { PanelBoard } from './panel-board.ts';
import type { ScreenStore } from './state/screen-store.ts';

/** What keys do to the panel that has them, beyond what is written in the state. */
export type PanelEffect =
  | 'focus-next' | 'focus-previous' | 'row-up' | 'row-down' | 'rows-up' | 'rows-down' | 'row-first' | 'row-last'
  | 'row-unfold' | 'row-fold' | 'row-turn' | 'unfold-all' | 'fold-all' | 'sort-next' | 'sort-turn' | 'panel-zoom' | 'panel-hide'
  | 'filter-start' | 'filter-clear' | 'filter-erase' | 'filter-leave';

/** A page of rows, whatever the panel's height: enough to get through a thousand. */
const pageRows = 10;

/** Carries out what is asked of a panel: it knows which rows there are, which the state does not. */
export class PanelActor {
  readonly #store: ScreenStore;
  readonly #board: PanelBoard;
  readonly #onDeed: (deed: Deed) => void;

  constructor(store: ScreenStore, board: PanelBoard, onDeed: (deed: Deed) => void) {
    this.#store = store;
    this.#board = board;
    this.#onDeed = onDeed;
  }

  readonly effects: Readonly<Record<PanelEffect, () => void>> = {
    'focus-next': () => this.#focus(1),
    'focus-previous': () => this.#focus(-1),
    'row-up': () => this.#step(-1),
    'row-down': () => this.#step(1),
    'rows-up': () => this.#step(-pageRows),
    'rows-down': () => this.#step(pageRows),
    'row-first': () => this.#step(Number.NEGATIVE_INFINITY),
    'row-last': () => this.#step(Number.POSITIVE_INFINITY),
    'row-unfold': () => this.#fold(true),
    'row-fold': () => this.#fold(false),
    'row-turn': () => this.#fold(this.#board.focusedRows?.chosen?.isOpen !== true),
    'unfold-all': () => this.#foldAll(true),
    'fold-all': () => this.#foldAll(false),
    'sort-next': () => this.#sort(),
    'sort-turn': () => this.#onPanel((id) => this.#store.dispatch({ type: 'panel-sort-turn', id })),
    'panel-zoom': () => this.#onPanel((id) => this.#store.dispatch({ type: 'panel-zoom', id })),
    'panel-hide': () => this.#onPanel((id) => this.#store.dispatch({ type: 'panel-toggle', id })),
    'filter-start': () => this.#onPanel((id) => this.#store.dispatch({ type: 'panel-filter-start', id })),
    'filter-clear': () => this.#filter(() => ''),
    'filter-leave': () => {
      this.#filter(() => '');
      this.#store.dispatch({ type: 'panel-filter-end' });
    },
    'filter-erase': () => this.#filter((text) => text.slice(0, -1)),
  };

  /** What is typed while the filter is open. */
  typeFilter(text: string): void {
    this.#filter((before) => before + text);
  }

  /** The keys of the panels' own actions, with the reason why one cannot act on the chosen row. */
  bindings(): KeyBinding[] {
    return this.#board.panels.flatMap((panel) => panel.actions.map((action): KeyBinding => ({
      when: 'panel', panel: panel.id, keys: [action.key], description: `${panel.title}: ${action.description}`,
      action: { perform: () => this.#act(action) },
      disabledReason: () => this.#reason(action),
    })));
  }

  /** What can be done with the chosen row now: 'p pause, x cancel'. */
  legalKeys(): string {
    const rows = this.#board.focusedRows;
    if (rows?.chosen === undefined) return '';
    return rows.panel.actions.filter((action) => this.#reason(action) === undefined)
      .map(({ key, description }) => `${key} ${/^[^\s:]+/.exec(description)?.[0] ?? ''}`).join('  ');
  }

  #reason(action: RowAction<unknown>): string | undefined {
    const chosen = this.#board.focusedRows?.chosen;
    return chosen === undefined ? 'there is no row to do this with' : action.reason?.(chosen.row);
  }

  #act(action: RowAction<unknown>): void {
    const chosen = this.#board.focusedRows?.chosen;
    if (chosen !== undefined) this.#onDeed(action.deed(chosen.row));
  }

  #onPanel(work: (id: string) => void): void {
    const { focus } = this.#store.state.panels;
    if (focus !== undefined) work(focus);
  }

  /** From the prompt through the panels on screen and back to it. */
  #focus(step: 1 | -1): void {
    const ids = [undefined, ...this.#board.shown.map(({ id }) => id)];
    const { focus } = this.#store.state.panels;
    if (ids.length === 1) this.#store.dispatch({ type: 'notice', text: 'no panel is on screen: F9 brings them back' });
    else this.#store.dispatch({ type: 'panel-focus', id: ids[(ids.indexOf(focus) + step + ids.length) % ids.length] });
  }

  #step(by: number): void {
    const rows = this.#board.focusedRows;
    if (rows === undefined || rows.index < 0) return;
    const index = Math.max(0, Math.min(rows.listing.rows.length - 1, rows.index + by));
    const key = rows.listing.rows[index]?.key;
    if (key !== undefined) this.#store.dispatch({ type: 'panel-choose', id: rows.panel.id, key, index });
  }

  /** Folding what is folded, or has nothing below it, goes to the row above it in the tree. */
  #fold(isOpen: boolean): void {
    const rows = this.#board.focusedRows;
    if (rows?.chosen === undefined) return;
    const { panel, chosen, listing, index } = rows;
    if (isOpen ? chosen.isOpen === false : chosen.isOpen === true) {
      this.#store.dispatch({ type: 'panel-fold', id: panel.id, key: chosen.key, isOpen });
    } else if (!isOpen) {
      const above = listing.rows.slice(0, index).findLastIndex(({ branches }) => branches.length < chosen.branches.length);
      if (above >= 0) this.#step(above - index);
    }
  }

  #foldAll(isOpen: boolean): void {
    this.#onPanel((id) => this.#store.dispatch({ type: 'panel-fold-all', id, isOpen }));
  }

  #sort(): void {
    const rows = this.#board.focusedRows;
    if (rows === undefined) return;
    const titles = rows.panel.columns.filter((column) => column.sort !== undefined).map(({ title }) => title);
    const now = this.#store.state.panels.views[rows.panel.id]?.sort?.column;
    const column = titles[now === undefined ? 0 : titles.indexOf(now) + 1];
    this.#store.dispatch({ type: 'panel-sort', id: rows.panel.id, column });
  }

  #filter(change: (text: string) => string): void {
    const rows = this.#board.focusedRows;
    if (rows !== undefined) this.#store.dispatch({ type: 'panel-filter-set', id: rows.panel.id, text: change(rows.listing.filter) });
  }
}
