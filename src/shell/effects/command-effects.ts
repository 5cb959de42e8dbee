import { createRegistry } from '../../util/registry.ts';
import type { CommandEffect } from './effect.ts';

/** Every command whose effect can be told. */
export const commandEffects = createRegistry<CommandEffect>(import.meta.glob('./commands/*.ts'), './commands/');
