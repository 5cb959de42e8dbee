import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { copyOfProgram, scripts } from '../support/copy-of-program.ts';

const root = new URL('../../', import.meta.url).pathname;

const run = async (args: readonly string[]) => (await promisify(execFile)(process.execPath, args, { timeout: 30_000 })).stdout;

describe('the code that is compiled ahead', () => {
  it.each(scripts)('is what V8 takes for %s', async (script) => {
    const file = JSON.stringify(join(root, 'dist', script));
    const ask = `const { readFileSync: read } = require('fs');
      const script = new vm.Script(read(${file}, 'latin1'), { cachedData: read(${file} + '.code') });
      console.log(script.cachedDataRejected);`;
    expect(await run(['-e', ask])).toBe('false\n');
  });

  it.each<[string, (file: string) => void]>([
    ['is missing', (file) => rmSync(file)],
    ['is empty', (file) => writeFileSync(file, '')],
    ['is cut off', (file) => writeFileSync(file, readFileSync(file).subarray(0, 1000))],
    ['is no code', (file) => writeFileSync(file, 'no code at all '.repeat(1000))],
    ['is of another version of V8', (file) => writeFileSync(file, readFileSync(file).fill(0x55, 4, 8))],
  ])('does not keep the program from starting when it %s', async (_, spoil) => {
    const { bin, dist } = copyOfProgram();
    expect(existsSync(join(dist, 'program.js.code'))).toBe(true);
    spoil(join(dist, 'program.js.code'));
    expect(await run([bin, 'exec', '-c', 'info version'])).toContain('2.9.0');
  });

  it('is not taken with other flags of V8, and missed by nobody', async () => {
    expect(await run(['--no-opt', join(root, 'bin', 'qmon.js'), 'exec', '-c', 'info version'])).toContain('2.9.0');
  });
});
