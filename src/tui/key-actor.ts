import { findBinding } from './keys/find-binding.ts';
import type { Effect, KeyBinding } from './keys/key-bindings.ts';
import type { KeyEvent } from './keys/key-event.ts';
import { keyLabel } from './keys/key-help.ts';
import type { ScreenStore } from './state/screen-store.ts';

/** What keys do beyond the state, as far as anybody does it. */
export interface KeyActions {
  readonly effects: Readonly<Partial<Record<Effect, () => void>>>;
  /** Takes what is typed while a panel's filter is open. */
  typeFilter(text: string): void;
}

/** Turns keys into changes of the state, and into effects that others carry out. */
export class KeyActor {
  readonly #store: ScreenStore;
  readonly #bindings: () => readonly KeyBinding[];
  readonly #actions: KeyActions;

  constructor(store: ScreenStore, bindings: () => readonly KeyBinding[], actions: KeyActions) {
    this.#store = store;
    this.#bindings = bindings;
    this.#actions = actions;
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
    if (binding === undefined) return this.#notBound(name);
    const reason = binding.disabledReason?.(state);
    if (reason !== undefined) {
      this.#store.dispatch({ type: 'notice', text: reason });
      return;
    }
    // A key of the line ends the search: the line found becomes the one to edit.
    if (state.search && binding.when !== 'search') this.#store.dispatch({ type: 'search-end', keep: true });
    const { action } = binding;
    if ('effect' in action) this.#actions.effects[action.effect]?.();
    else if ('perform' in action) action.perform();
    else this.#store.dispatch(action);
  }

  /** At the prompt, keys without a meaning are nothing to talk about; in a panel somebody may think that he types. */
  #notBound(name: string): void {
    if (this.#store.state.panels.focus === undefined) return;
    this.#store.dispatch({ type: 'notice', text: `${keyLabel(name)} does nothing here; Esc returns to the prompt, ? helps` });
  }

  #type(text: string): void {
    const { search, editor, panels, question } = this.#store.state;
    if (question !== undefined) this.#store.dispatch({ type: 'insert', text });
    else if (panels.isFiltering) this.#actions.typeFilter(text);
    else if (panels.focus !== undefined) this.#typeIntoPanel(text);
    else if (search) this.#store.dispatch({ type: 'search-type', text });
    else if (editor.text === '' && this.#isKeyOfEmptyLine(text)) this.#press(text);
    else this.#store.dispatch({ type: 'insert', text });
  }

  /** Characters that mean something before a line is begun. */
  #isKeyOfEmptyLine(text: string): boolean {
    return text === '?' || findBinding(this.#bindings(), this.#store.state, text)?.when === 'timeline';
  }

  /** Each character is a key; what it does may be that the others are meant for the filter, or for the prompt. */
  #typeIntoPanel(text: string): void {
    const [first = ''] = text;
    this.#press(first);
    if (text.length > first.length) this.#type(text.slice(first.length));
  }

  /** What is pasted while a panel has the keys is meant for its filter, or for the prompt. */
  #paste(text: string, dropped: number): void {
    const { search, panels, question } = this.#store.state;
    const clean = pasted(text);
    const line = clean.replaceAll('\n', ' ');
    if (question !== undefined) return this.#store.dispatch({ type: 'insert', text: line });
    if (panels.isFiltering) return this.#actions.typeFilter(line);
    if (panels.focus !== undefined) this.#store.dispatch({ type: 'panel-focus', id: undefined });
    this.#store.dispatch(search ? { type: 'search-type', text: line } : { type: 'insert', text: clean });
    if (dropped > 0) this.#store.dispatch({ type: 'notice', text: `the paste was too long: ${dropped} characters are left out` });
  }
}

/** Pasted text without control characters, and without the line end that a copied line brings along. */
function pasted(text: string): string {
  return text.replace(/\n$/, '').replaceAll('\t', '  ').replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/g, '');
}
