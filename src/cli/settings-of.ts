import { Settings } from '../shell/settings/settings.ts';
import type { InvocationOptions } from './program.ts';

/** The settings of a run: what the command line says counts more than what was kept. Scripts go by the command line only. */
export function settingsOf({ hmpCompat, log, theme }: Pick<InvocationOptions, 'hmpCompat' | 'log' | 'theme'>, kept: Settings = new Settings()): Settings {
  if (hmpCompat === true) kept.override('compat', true);
  if (log !== undefined) kept.override('log', log);
  if (theme !== undefined) kept.override('theme', theme);
  return kept;
}
