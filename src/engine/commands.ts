import { createRegistry } from '../util/registry.ts';
import type { Command } from './define-command.ts';

/** Every command of the vocabulary, by wire name, with a handler or without. */
export const commands = createRegistry<Command>(import.meta.glob('./commands/*.ts'), './commands/');
