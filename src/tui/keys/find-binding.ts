import type { ScreenState } from '../state/screen-state.ts';
import type { CompletionPopup } from '../state/completion-popup.ts';
import type { KeyBinding } from './key-bindings.ts';

/**
 * Whether a key of the open list is the line's: Enter takes a candidate only when one was chosen and otherwise runs the line,
 * and while the list does not follow what was typed yet, Tab asks anew and Enter runs what stands there.
 */
function isForTheLine(found: KeyBinding, line: KeyBinding | undefined, { selected, isStale }: CompletionPopup): boolean {
  const accepts = 'type' in found.action && found.action.type === 'popup-accept';
  const asks = line !== undefined && 'effect' in line.action && line.action.effect === 'complete';
  return (accepts && (selected < 0 || isStale === true)) || (asks && isStale === true);
}

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
    if (found && !isForTheLine(found, find('line'), state.popup)) return found;
  }
  const played = state.timeline !== undefined && state.editor.text === '' ? find('timeline') : undefined;
  return played ?? (state.ghost === undefined ? undefined : find('ghost')) ?? find('line') ?? find('anywhere');
}
