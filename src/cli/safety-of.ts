import { allowLevels, isEnough } from '../shell/safety/allow-level.ts';
import type { AllowLevel } from '../shell/safety/allow-level.ts';
import type { Safety } from '../shell/safety/safety.ts';
import type { InvocationOptions } from './program.ts';
import { UsageError } from './usage-error.ts';

/** The rules that the command line gives a session. Nobody is there to be asked until a screen says so. @throws UsageError */
export function safetyOf({ readOnly, allow, yes }: InvocationOptions): Safety {
  return { allow: levelOf(allow, readOnly), confirm: () => yes !== true };
}

function levelOf(allow: string | undefined, readOnly: boolean | undefined): AllowLevel {
  const level = allowLevels.find((one) => one === (allow ?? 'full'));
  if (level === undefined) throw new UsageError(`--allow ${allow}: the levels are ${allowLevels.join(', ')}`);
  if (readOnly && allow !== undefined && !isEnough('observe', level)) throw new UsageError(`--read-only and --allow ${allow} cannot be used together`);
  return readOnly ? 'observe' : level;
}
