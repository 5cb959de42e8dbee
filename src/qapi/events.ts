import { createRegistry } from '../util/registry.ts';
import type { EventDeclaration } from './schema.ts';

/** Every event of the vocabulary, by its name in kebab-case (`block-job-ready`). */
export const events = createRegistry<EventDeclaration>(import.meta.glob('./events/*.ts'), './events/');

/** The registry's name for a wire name: 'BLOCK_JOB_READY' is 'block-job-ready'. */
export function eventFile(wireName: string): string {
  return wireName.toLowerCase().replaceAll('_', '-');
}
