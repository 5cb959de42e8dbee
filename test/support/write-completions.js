// Rewrites completions/ from the option rows: npm run completions
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);
const files = { bash: 'qmon.bash', zsh: '_qmon', fish: 'qmon.fish' };
for (const [shell, file] of Object.entries(files)) {
  writeFileSync(new URL(`completions/${file}`, root), execFileSync(process.execPath, [new URL('bin/qmon.js', root).pathname, 'completion', shell], { timeout: 20_000 }));
}
