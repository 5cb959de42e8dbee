import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { copyOfProgram } from '../support/copy-of-program.ts';

const dist = new URL('../../dist/', import.meta.url).pathname;
const isScreen = (source: string) => source.includes('yoga') || source.includes('react.transitional.element');

describe('the bundle', () => {
  it('has the screen in it, so that the next tests mean something', () => {
    expect(isScreen(readFileSync(join(dist, 'ink-layout.js'), 'utf8'))).toBe(true);
  });

  it('runs commands, serves and talks in lines without ink and react', async () => {
    expect(isScreen(readFileSync(join(dist, 'program.js'), 'utf8'))).toBe(false);
    const { bin, dist: copied } = copyOfProgram();
    rmSync(join(copied, 'ink-layout.js'));
    const run = async (...args: string[]) => {
      const finished = promisify(execFile)(process.execPath, [bin, ...args], { timeout: 30_000 });
      finished.child.stdin?.end('info version\n');
      return finished;
    };
    expect((await run('exec', '-c', 'info version')).stdout).toContain('2.9.0');
    expect((await run('--plain')).stdout).toContain('2.9.0');
    await expect(run('serve', '--qmp', 'tcp:0.0.0.0:1')).rejects.toThrow('insecure TCP');
  });

  it('holds production React, which records no performance entries', () => {
    expect(readFileSync(join(dist, 'ink-layout.js'), 'utf8')).not.toContain('performance.measure');
  });
});
