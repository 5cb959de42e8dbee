import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { completionScripts } from '../../src/cli/modes/completion.ts';
import { options } from '../../src/cli/options.ts';
import { runQmon } from '../support/qmon.ts';

const committed = { bash: 'qmon.bash', zsh: '_qmon', fish: 'qmon.fish' } as const;
const fileOf = (shell: keyof typeof committed) => new URL(`../../completions/${committed[shell]}`, import.meta.url);

/** What bash offers for a line, through the real bash. */
function offers(...words: string[]): string[] {
  const script = `source "$1"; COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _qmon; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const printed = execFileSync('bash', ['-c', script, 'bash', fileOf('bash').pathname], { cwd: new URL('../..', import.meta.url), timeout: 20_000 }).toString();
  return printed.split('\n').filter(Boolean);
}

describe('the shell completions', () => {
  it.each(['bash', 'zsh', 'fish'] as const)('for %s in completions/ are what the program prints (else: npm run completions)', (shell) => {
    expect(readFileSync(fileOf(shell), 'utf8')).toBe(completionScripts[shell]());
  });

  it.each(['bash', 'zsh', 'fish'] as const)('for %s know every option', (shell) => {
    const script = completionScripts[shell]();
    const names = options.map((row) => /--([a-z-]+)/.exec(row.flags)![1]!);
    expect(names.filter((name) => !script.includes(name))).toEqual([]);
  });

  it('offer modes, files and options in a real bash', () => {
    expect(offers('qmon', 'ex')).toEqual(['exec']);
    expect(offers('qmon', 'serve', '--')).toEqual(['--machine', '--connect', '--read-only', '--allow', '--qmp', '--hmp', '--hmp-compat', '--insecure-tcp', '--help']);
    expect(offers('qmon', 'exec', 'packa')).toEqual(expect.arrayContaining(['package.json', 'package-lock.json']));
    expect(offers('qmon', 'completion', 'f')).toEqual(['fish']);
    expect(offers('qmon', '--connect', 'un')).toEqual(['unix:']);
  });

  it('refuse a shell that they do not know', async () => {
    const { status, stderr } = await runQmon(['completion', 'tcsh']);
    expect(stderr).toBe("qmon: no completion for 'tcsh'; there is one for bash, zsh, fish\n");
    expect(status).toBe(2);
  });
});
