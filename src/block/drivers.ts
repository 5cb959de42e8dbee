import { createRegistry } from '../util/registry.ts';
import type { BlockDriver } from './driver.ts';

/** Every driver of this engine by its wire name; the folder is the list. */
export const drivers = createRegistry<BlockDriver>(import.meta.glob(['./drivers/*.ts', './drivers/*/index.ts']), './drivers/');
