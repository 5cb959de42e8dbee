import { createRegistry } from '../../util/registry.ts';
import type { Action } from './define-action.ts';

/** Every action that this engine carries out, by wire name. */
export const actions = createRegistry<Action>(import.meta.glob('./actions/*.ts'), './actions/');
