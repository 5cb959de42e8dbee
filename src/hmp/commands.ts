import { createRegistry } from '../util/registry.ts';
import type { HmpCommand } from './define-hmp-command.ts';

/** Every command of the human monitor that we know, by its words ('info block'). */
export const commands = createRegistry<HmpCommand>(import.meta.glob('./commands/**/*.ts'), './commands/');
