import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSession } from '../../../src/shell/create-session.ts';
import { temporaryFolder } from '../../support/qmon.ts';
import { createFakeLink } from '../fake-link.ts';

function withFiles(files: Record<string, string | Buffer>) {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'sub'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const link = createFakeLink({ stop: {}, cont: {} });
  const session = createSession({ link });
  const run = async (line: string) => {
    const { status, outputs } = await session.run(line.replace('@', folder));
    return { status, errors: outputs.filter(({ kind }) => kind === 'error').map(({ text }) => text.replaceAll(folder, '@')) };
  };
  const sent = () => link.sent.map(({ command }) => command).filter((command) => /^(stop|cont|no-)/.test(command));
  return { folder, link, run, sent };
}

describe('source', () => {
  it('runs the lines of a file, comments, JSON over several lines and scripts beside it included', async () => {
    const { run, sent } = withFiles({
      'a.qm': "# first\nstop\n\nsource sub/b.qm\n{execute:\n  'stop'}\n", 'sub/b.qm': 'source "c c.qm"', 'sub/c c.qm': '{execute: "cont"}',
    });
    expect(await run('source @/a.qm')).toEqual({ status: 'done', errors: [] });
    expect(sent()).toEqual(['stop', 'cont', 'stop']);
  });

  it('ends at the first error and says in which line of which file', async () => {
    const { run, sent } = withFiles({ 'a.qm': 'stop\nsource sub/b.qm\ncont', 'sub/b.qm': '\nno-such\ncont' });
    expect(await run('source @/a.qm')).toEqual({
      status: 'failed', errors: ['sub/b.qm:2: CommandNotFound: The command no-such has not been found'],
    });
    expect(sent()).toEqual(['stop', 'no-such']);
  });

  it('goes on with -k, and fails in the end', async () => {
    const { run, sent } = withFiles({ 'a.qm': 'no-such\nstop' });
    expect(await run('source -k @/a.qm')).toMatchObject({ status: 'failed', errors: [expect.stringContaining('a.qm:1: ')] });
    expect(sent()).toEqual(['no-such', 'stop']);
  });

  it('bounds scripts that run each other', async () => {
    const { run } = withFiles({ 'a.qm': 'source b.qm', 'b.qm': 'source a.qm' });
    const { status, errors } = await run('source @/a.qm');
    expect(status).toBe('failed');
    expect(errors.join()).toContain('16 scripts run each other');
  });

  it('leaves at quit, also out of a nested script', async () => {
    const { run, sent } = withFiles({ 'a.qm': 'source b.qm\nstop', 'b.qm': 'quit\ncont' });
    expect(await run('source @/a.qm')).toEqual({ status: 'leave', errors: [] });
    expect(sent()).toEqual([]);
  });

  it.each([
    ['source', 'source takes'], ['source @/nothing', 'ENOENT'], ['source @', 'EISDIR'], ['source @/image', 'is it an image?'],
  ])('%s is refused', async (line, why) => {
    const { run } = withFiles({ image: Buffer.alloc(1024) });
    const { status, errors } = await run(line);
    expect(status).toBe('failed');
    expect(errors.join()).toContain(why);
  });

  it('says which message is not closed at the end of the file', async () => {
    const { run } = withFiles({ 'a.qm': "stop\n{execute: 'cont'" });
    expect((await run('source @/a.qm')).errors.join()).toContain('begins in line 2 is not closed');
  });
});
