import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../src/cli/program.ts';
import { targetOf } from '../../src/cli/open-target.ts';
import type { Invocation } from '../../src/cli/program.ts';

const parse = (...args: string[]) => parseCommandLine(args, '9.9.9') as Invocation;

describe('the command line', () => {
  it('is a monitor on the demo machine when it is empty', () => {
    expect(parse()).toMatchObject({ mode: 'monitor', words: [] });
    expect(targetOf(parse(), [], true)).toMatchObject({ kind: 'embedded', options: { demo: true } });
  });

  it('takes images, and keeps their order', () => {
    expect(parse('disk.qcow2', 'cd.iso')).toMatchObject({ mode: 'monitor', words: ['disk.qcow2', 'cd.iso'] });
  });

  it('keeps every -c of exec, in order, and leaves the words to be images', () => {
    const { words, options } = parse('exec', '-c', 'info block', 'a.qcow2', '-c', 'eject ide1-cd0', '--json');
    expect(options).toMatchObject({ command: ['info block', 'eject ide1-cd0'], json: true });
    expect(words).toEqual(['a.qcow2']);
  });

  it('takes several addresses for serve', () => {
    expect(parse('serve', '--qmp', 'unix:a', '--qmp', 'tcp:127.0.0.1:1', '-m', 'm.json5').options)
      .toEqual({ qmp: ['unix:a', 'tcp:127.0.0.1:1'], machine: 'm.json5' });
  });

  it('names the option that it does not know', () => {
    expect(() => parse('serve', '--bogus')).toThrow(/unknown option '--bogus'/);
    expect(() => parse('--machine')).toThrow(/--machine <file>.*argument missing/);
  });

  it('refuses two targets at once and names both', () => {
    expect(() => targetOf(parse('--connect', 'a', '--machine', 'b'), [], false)).toThrow('--machine and --connect cannot be used together');
    expect(() => targetOf(parse('--connect', 'a', 'x.qcow2'), ['x.qcow2'], false)).toThrow('--connect and images cannot be used together');
  });
});
