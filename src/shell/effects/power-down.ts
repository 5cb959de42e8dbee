import { loss } from './effect.ts';
import type { Effect } from './effect.ts';

/** What the power button comes to: the guest may save what it has, but the machine is gone when it obeys. */
export function powerDown(): Effect {
  return loss('asks the guest to shut down', 'system_powerdown', 'the machine ends when the guest has done so');
}
