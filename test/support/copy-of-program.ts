import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './qmon.ts';

const root = new URL('../../', import.meta.url).pathname;

/** What the program is in dist/, each with its compiled code beside it. */
export const scripts = ['program.js', 'ink-layout.js'];

/** The built program in a folder of its own, to be spoilt. */
export function copyOfProgram(): { bin: string; dist: string } {
  const folder = temporaryFolder();
  const dist = join(folder, 'dist');
  cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true });
  mkdirSync(dist);
  for (const script of scripts) {
    cpSync(join(root, 'dist', script), join(dist, script));
    cpSync(join(root, 'dist', `${script}.code`), join(dist, `${script}.code`));
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { bin: join(folder, 'bin', 'qmon.js'), dist };
}
