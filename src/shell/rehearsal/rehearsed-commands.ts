import { createRegistry } from '../../util/registry.ts';
import type { RehearsedCommand } from './plan.ts';

/** Every command that can be rehearsed. */
export const rehearsedCommands = createRegistry<RehearsedCommand>(import.meta.glob('./commands/*.ts'), './commands/');
