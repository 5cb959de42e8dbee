import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { completionScripts } from '../../src/cli/modes/completion.ts';
import { options } from '../../src/cli/options.ts';
import { runQmon } from '../support/qmon.ts';

const committed = { bash: 'qmon.bash', zsh: '_qmon', fish: 'qmon.fish' } as const;
const fileOf = (shell: keyof typeof committed) => new URL(`../../completions/${committed[shell]}`, import.meta.url);

describe('the shell completions', () => {
  it.each(['bash', 'zsh', 'fish'] as const)('for %s in completions/ are what the program prints (else: npm run completions)', (shell) => {
    expect(readFileSync(fileOf(shell), 'utf8')).toBe(completionScripts[shell]());
  });

  it.each(['bash', 'zsh', 'fish'] as const)('for %s know every option', (shell) => {
    const script = completionScripts[shell]();
    const names = options.map((row) => /--([a-z-]+)/.exec(row.flags)![1]!);
    expect(names.filter((name) => !script.includes(name))).toEqual([]);
  });

  it('ask qmon what a monitor line can become; images are not opened for that, nor must they be there', async () => {
    const { stdout, status } = await runQmon(['__complete', 'exec', 'gone.qcow2', 'gone.iso', '-c', 'info block ide']);
    expect(stdout).toMatch(/^info block ide0-hd0 \t.*\ninfo block ide1-cd0 \t.*\n$/);
    expect(status).toBe(0);
  });

  it('offer commands where the target cannot be reached, and nothing where there is no such target', async () => {
    expect((await runQmon(['__complete', 'exec', '--connect', '/nowhere', '-c', 'ejec'])).stdout).toMatch(/^eject \t/);
    expect(await runQmon(['__complete', 'exec', '--machine', '/nowhere', '-c', 'ejec'])).toMatchObject({ stdout: '', status: 1 });
  });

  it('refuse a shell that they do not know', async () => {
    const { status, stderr } = await runQmon(['completion', 'tcsh']);
    expect(stderr).toBe("qmon: no completion for 'tcsh'; there is one for bash, zsh, fish\n");
    expect(status).toBe(2);
  });
});
