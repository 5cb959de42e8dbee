import type { ScreenState } from '../state/screen-state.ts';
import type { KeyBinding } from './key-bindings.ts';

/** Finds the row of a key: a question, the open list, search, ghost or panel comes first, then the line's own keys, then those that work anywhere. */
export function findBinding(bindings: readonly KeyBinding[], state: ScreenState, key: string): KeyBinding | undefined {
  const { focus, isFiltering } = state.panels;
  const find = (when: KeyBinding['when']) =>
    bindings.find((binding) => binding.when === when && binding.keys.includes(key) && (binding.panel === undefined || binding.panel === focus));
  if (state.question) return find('question') ?? find('line') ?? find('anywhere');
  if (focus !== undefined) return (isFiltering ? find('filter') : find('panel')) ?? find('anywhere');
  if (state.search) return find('search') ?? find('line') ?? find('anywhere');
  if (state.popup) {
    const found = find('popup');
    // Enter takes a candidate only when one was chosen; otherwise it runs the line.
    const isIdle = found !== undefined && 'type' in found.action && found.action.type === 'popup-accept' && state.popup.selected < 0;
    if (found && !isIdle) return found;
  }
  const played = state.timeline !== undefined && state.editor.text === '' ? find('timeline') : undefined;
  return played ?? (state.ghost === undefined ? undefined : find('ghost')) ?? find('line') ?? find('anywhere');
}
