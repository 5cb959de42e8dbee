import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runQmon, temporaryFolder } from '../support/qmon.ts';

const dist = new URL('../../dist/', import.meta.url).pathname;
const isScreen = (source: string) => source.includes('yoga') || source.includes('react.transitional.element');

/** The files of dist/ that a run loaded, as V8 saw them. */
async function loadedBy(...args: string[]): Promise<string[]> {
  const folder = temporaryFolder();
  await runQmon(args, { env: { NODE_V8_COVERAGE: folder } });
  const reports = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as { result: { url: string }[] });
  return reports.flatMap(({ result }) => result.map(({ url }) => url)).filter((url) => url.includes('/dist/')).map((url) => new URL(url).pathname);
}

describe('the bundle', () => {
  it('has the screen in it, so that the next tests mean something', () => {
    expect(readdirSync(join(dist, 'chunks')).some((file) => isScreen(readFileSync(join(dist, 'chunks', file), 'utf8')))).toBe(true);
  });

  it.each([[['exec', '-c', 'query-version']], [['serve', '--qmp', 'tcp:0.0.0.0:1']]])('loads neither ink nor react for %j', async (args) => {
    const files = await loadedBy(...args);
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter((file) => isScreen(readFileSync(file, 'utf8')))).toEqual([]);
  });

  it('starts from a handful of files', async () => {
    expect((await loadedBy('exec', '-c', 'query-version')).length).toBeLessThan(12);
  });

  it('holds production React, which records no performance entries', () => {
    const sources = readdirSync(join(dist, 'chunks')).map((file) => readFileSync(join(dist, 'chunks', file), 'utf8'));
    expect(sources.filter((source) => source.includes('performance.measure'))).toEqual([]);
  });
});
