import type { Panel, PanelModel } from './panel.ts';
import { chosenIndex, listRows } from './panel-listing.ts';
import type { ListedRow, Listing } from './panel-listing.ts';
import { isShown, viewOf } from './state/panels-state.ts';
import type { PanelView } from './state/panels-state.ts';
import type { ScreenStore } from './state/screen-store.ts';
import type { SeenPanel } from './views/seen-panel.ts';

interface Kept {
  readonly model: PanelModel;
  readonly view: PanelView;
  readonly mode: string;
  readonly listing: Listing;
}

/** The panels, what they are made of, and how they are looked at, joined; a panel is listed anew only when one of these changed. */
export class PanelBoard {
  readonly #store: ScreenStore;
  readonly #kept = new Map<string, Kept>();
  #panels: readonly Panel[] = [];
  model: PanelModel | undefined;

  constructor(store: ScreenStore) {
    this.#store = store;
  }

  /** Every panel, from the top down. */
  get panels(): readonly Panel[] {
    return this.#panels;
  }

  set panels(panels: readonly Panel[]) {
    this.#panels = [...panels].sort((one, other) => one.order - other.order);
  }

  /** The panels on screen, with what is to be seen of them. */
  get seen(): readonly SeenPanel[] {
    const { model } = this;
    if (model === undefined) return [];
    const { panels: state } = this.#store.state;
    return this.shown.map((panel) => ({
      panel, model, view: viewOf(state, panel.id), listing: this.listing(panel, model),
      isFocused: state.focus === panel.id, isFiltering: state.focus === panel.id && state.isFiltering,
    }));
  }

  /** The panels that are not put away. */
  get shown(): readonly Panel[] {
    const { panels: state } = this.#store.state;
    return this.#panels.filter(({ id }) => isShown(state, id));
  }

  /** The panel that has the keys. */
  get focused(): Panel | undefined {
    const { focus } = this.#store.state.panels;
    return focus === undefined ? undefined : this.#panels.find(({ id }) => id === focus);
  }

  /** The rows of the panel that has the keys, and which of them is chosen. */
  get focusedRows(): { readonly panel: Panel; readonly listing: Listing; readonly index: number; readonly chosen: ListedRow | undefined } | undefined {
    const { focused: panel, model } = this;
    if (panel === undefined || model === undefined) return undefined;
    const listing = this.listing(panel, model);
    const index = chosenIndex(listing, viewOf(this.#store.state.panels, panel.id));
    return { panel, listing, index, chosen: listing.rows[index] };
  }

  listing(panel: Panel, model: PanelModel): Listing {
    const { panels: state, mode } = this.#store.state;
    const view = viewOf(state, panel.id);
    const kept = this.#kept.get(panel.id);
    // Which row is chosen does not change the list.
    if (kept?.model === model && kept.mode === mode && isSameList(kept.view, view)) return kept.listing;
    const listing = listRows(panel, model, view, mode === 'full-screen');
    this.#kept.set(panel.id, { model, view, mode, listing });
    return listing;
  }
}

function isSameList(one: PanelView, other: PanelView): boolean {
  return one.filter === other.filter && one.sort === other.sort && one.open === other.open && one.allOpen === other.allOpen;
}
