import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { shells, type Shell } from '../options.ts';
import type { Invocation } from '../program.ts';
import { UsageError } from '../usage-error.ts';

/** The generators by shell; the files in `completions/` are their output. */
export const completionScripts: Readonly<Record<Shell, () => string>> = {
  bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion,
};

/** `qmon completion SHELL`: prints the script. */
export async function completion(invocation: Invocation): Promise<number> {
  const [shell = ''] = invocation.words;
  const script = completionScripts[shell as Shell] as (() => string) | undefined;
  if (!script) throw new UsageError(`no completion for '${shell}'; there is one for ${shells.join(', ')}`);
  process.stdout.write(script());
  return 0;
}
