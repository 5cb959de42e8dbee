import { findBinding } from './keys/find-binding.ts';
import type { Effect, KeyBinding } from './keys/key-bindings.ts';
import type { KeyEvent } from './keys/key-event.ts';
import type { ScreenStore } from './state/screen-store.ts';

/** Turns keys into changes of the state, and into effects that others carry out. */
export class KeyActor {
  readonly #store: ScreenStore;
  readonly #bindings: () => readonly KeyBinding[];
  readonly #effects: Readonly<Record<Effect, () => void>>;

  constructor(store: ScreenStore, bindings: () => readonly KeyBinding[], effects: Readonly<Record<Effect, () => void>>) {
    this.#store = store;
    this.#bindings = bindings;
    this.#effects = effects;
  }

  handle(event: KeyEvent): void {
    const wasAsked = this.#store.state.askedToLeave;
    if (!(wasAsked && event.type === 'key' && event.name === 'ctrl+c')) this.#store.dispatch({ type: 'key-pressed' });
    if (event.type === 'key') this.#press(event.name);
    else if (event.type === 'paste') this.#paste(event.text, event.dropped);
    else this.#type(event.text);
  }

  #press(name: string): void {
    const { state } = this.#store;
    const binding = findBinding(this.#bindings(), state, name);
    if (binding === undefined) {
      if (state.search && name === 'escape') this.#store.dispatch({ type: 'search-end', keep: true });
      return;
    }
    const reason = binding.disabledReason?.(state);
    if (reason !== undefined) {
      this.#store.dispatch({ type: 'notice', text: reason });
      return;
    }
    // A key of the line ends the search: the line found becomes the one to edit.
    if (state.search && binding.when === 'line') this.#store.dispatch({ type: 'search-end', keep: true });
    if ('effect' in binding.action) this.#effects[binding.action.effect]();
    else this.#store.dispatch(binding.action);
  }

  #type(text: string): void {
    const { search, editor } = this.#store.state;
    if (search) this.#store.dispatch({ type: 'search-type', text });
    else if (text === '?' && editor.text === '') this.#press('?');
    else this.#store.dispatch({ type: 'insert', text });
  }

  #paste(text: string, dropped: number): void {
    const { search } = this.#store.state;
    const clean = pasted(text);
    this.#store.dispatch(search ? { type: 'search-type', text: clean.replaceAll('\n', ' ') } : { type: 'insert', text: clean });
    if (dropped > 0) this.#store.dispatch({ type: 'notice', text: `the paste was too long: ${dropped} characters are left out` });
  }
}

/** Pasted text without control characters, and without the line end that a copied line brings along. */
function pasted(text: string): string {
  return text.replace(/\n$/, '').replaceAll('\t', '  ').replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/g, '');
}
