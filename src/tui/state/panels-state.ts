/** How one panel is looked at. */
export interface PanelView {
  /** The chosen row by its key; by its place where that row is gone. */
  readonly chosen?: { readonly key: string; readonly index: number };
  /** By which column rows are ordered; absent: the far end's order. */
  readonly sort?: { readonly column: string; readonly isDescending: boolean };
  /** Absent: the panel's own filter. */
  readonly filter?: string;
  /** Rows that somebody folded or unfolded, by key. */
  readonly open: Readonly<Record<string, boolean>>;
  /** All other rows: absent is as the panel wants it. */
  readonly allOpen?: boolean;
}

/** How the panels are looked at. */
export interface PanelsState {
  /** Ids of the panels that are put away. */
  readonly hidden: readonly string[];
  /** Those that the settings do not name. */
  readonly resting: readonly string[];
  /** The panel that gets the keys; absent: the prompt does. */
  readonly focus?: string;
  /** The only panel shown. */
  readonly zoomed?: string;
  /** The focused panel's filter is being typed. */
  readonly isFiltering: boolean;
  readonly views: Readonly<Record<string, PanelView>>;
}

export const initialPanels: PanelsState = { hidden: [], resting: [], isFiltering: false, views: {} };

const untouched: PanelView = { open: {} };

/** How a panel is looked at, also when nobody has touched it. */
export function viewOf(state: PanelsState, id: string): PanelView {
  return state.views[id] ?? untouched;
}

/** Whether a panel is on screen. */
export function isShown(state: PanelsState, id: string): boolean {
  return state.zoomed === undefined ? !state.hidden.includes(id) : state.zoomed === id;
}
