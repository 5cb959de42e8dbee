import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { bin } from './qmon.ts';
import { launch } from './terminal.ts';
import type { LaunchedTerminal } from './terminal.ts';

export type ShellName = 'bash' | 'zsh' | 'fish';

const scripts = new URL('../../completions/', import.meta.url).pathname;

/** How each shell starts without anybody's settings, and takes the completion script. */
const starts: Readonly<Record<ShellName, { args: readonly string[]; setUp: string }>> = {
  bash: { args: ['--norc', '--noprofile', '-i'], setUp: `PS1='$ '; bind 'set enable-bracketed-paste off'; source ${scripts}qmon.bash` },
  zsh: { args: ['-f', '-i'], setUp: `PS1='$ '; PROMPT_EOL_MARK=; autoload -U compinit; compinit -u -D; source ${scripts}_qmon` },
  fish: { args: ['--no-config', '-i'], setUp: `function fish_prompt; echo -n '$ '; end; function fish_greeting; end; source ${scripts}qmon.fish` },
};

function isInstalled(shell: ShellName): boolean {
  return spawnSync(shell, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;
}

/** A describe block that needs a real shell; CI must have it, elsewhere the title says that it is missing. */
export function describeWithShell(shell: ShellName, title: string, body: () => void): void {
  if (isInstalled(shell)) describe(title, body);
  else if (process.env.CI) throw new Error(`CI needs the real ${shell}, which is not installed`);
  else describe.skip(`${title} (SKIPPED: ${shell} is not installed)`, body);
}

/** Starts a shell in `folder` that knows `qmon` and its completions. */
export async function openShell(shell: ShellName, folder: string): Promise<LaunchedTerminal> {
  const programs = join(folder, '.programs');
  mkdirSync(programs);
  writeFileSync(join(programs, 'qmon'), `#!/bin/sh\nexec ${process.execPath} ${bin} "$@"\n`);
  chmodSync(join(programs, 'qmon'), 0o755);
  const { args, setUp } = starts[shell];
  const terminal = launch(args, {
    file: shell, cols: 120, rows: 40, cwd: folder,
    env: { PATH: `${programs}:${process.env.PATH}`, HOME: folder, HISTFILE: '', XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder, XDG_STATE_HOME: folder },
  });
  await terminal.until(/[$%#>] ?$/, 20_000);
  terminal.type(` ${setUp}; clear; echo set-up-is''-done\r`);
  await terminal.until('set-up-is-done', 20_000);
  await terminal.until(/^\$ *$/m);
  return terminal;
}
