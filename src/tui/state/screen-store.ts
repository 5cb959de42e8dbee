import type { Off } from '../../qmp/link.ts';
import { reduceScreen } from './reduce-screen.ts';
import type { ScreenAction } from './reduce-screen.ts';
import type { ScreenState } from './screen-state.ts';

/** Holds the screen's state and tells who watches it. */
export class ScreenStore {
  #state: ScreenState;
  readonly #history: () => readonly string[];
  readonly #listeners = new Set<(state: ScreenState, before: ScreenState) => void>();

  constructor(state: ScreenState, history: () => readonly string[]) {
    this.#state = state;
    this.#history = history;
  }

  get state(): ScreenState {
    return this.#state;
  }

  dispatch(action: ScreenAction): void {
    const before = this.#state;
    this.#state = reduceScreen(before, action, this.#history());
    if (this.#state === before) return;
    for (const listener of this.#listeners) listener(this.#state, before);
  }

  onChange(listener: (state: ScreenState, before: ScreenState) => void): Off {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
