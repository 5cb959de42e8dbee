import { describe, expect, it } from 'vitest';
import { createSession } from '../../../src/shell/create-session.ts';
import type { ImageFiles } from '../../../src/shell/rehearsal/image-files.ts';
import { createFakeLink } from '../fake-link.ts';

const mebibyte = 2 ** 20;

/** Every image holds a MiB of data at its beginning. */
const images: ImageFiles = {
  look: (filename) => Promise.resolve(filename === 'there.qcow2' ? { bytes: 4096 } : filename.endsWith('.qcow2') ? undefined : { bytes: 0 }),
  async *map({ size = 0 }) {
    yield { offset: 0, length: mebibyte, kind: 'data' };
    if (size > mebibyte) yield { offset: mebibyte, length: size - mebibyte, kind: 'unallocated' };
  },
};

const image = (filename: string, below?: object) => ({ filename, format: 'qcow2', 'virtual-size': 4 * mebibyte,
  ...(below && { 'backing-image': below, 'backing-filename': (below as { filename: string }).filename }) });
const base = image('base.qcow2');
const top = image('top.qcow2', base);
const row = (name: string, shown: { filename: string }, ro: boolean) =>
  ({ 'node-name': name, drv: 'qcow2', file: shown.filename, ro, image: shown, backing_file_depth: shown === top ? 1 : 0 });
const answers = {
  'query-named-block-nodes': [row('base', base, true), row('top', top, false)],
  'query-block': [{ device: 'd0', inserted: row('top', top, false) }, { device: 'cd0' }],
  'query-block-jobs': [],
};

function make() {
  const link = createFakeLink(answers);
  return { link, session: createSession({ link, images: () => Promise.resolve(images) }) };
}

describe('--dry-run', () => {
  it('shows the chain before and after and what is copied', async () => {
    const { session } = make();
    expect((await session.run('--dry-run block-stream device=d0')).outputs[0]?.text.split('\n')).toEqual([
      'rehearsal: nothing was changed',
      'before',
      '  d0',
      '    top: top.qcow2 (qcow2, 4 MiB, names base.qcow2)',
      '      backing base: base.qcow2 (qcow2, 4 MiB, read-only)',
      'after',
      '  d0',
      '    top: top.qcow2 (qcow2, 4 MiB)',
      'copies 0 B of data, from base.qcow2 to top.qcow2',
    ]);
  });

  it.each([
    'block-stream device=d0', 'block_stream d0', "{execute: 'block-stream', arguments: {device: 'd0'}}", '{"execute":\n"block-stream",\n"arguments": {"device": "d0"}}',
  ])('sends queries only: %s', async (line) => {
    const { link, session } = make();
    expect(await session.run(`--dry-run ${line}`)).toMatchObject({ status: 'done' });
    expect(link.sent.filter(({ command }) => !command.startsWith('query-'))).toEqual([]);
  });

  it('warns of a file that would be lost', async () => {
    const { session } = make();
    const { outputs } = await session.run('--dry-run blockdev-snapshot-sync device=d0 snapshot-file=there.qcow2');
    expect(outputs[0]?.text).toContain('creates there.qcow2 (qcow2, 4 MiB, over top.qcow2); OVERWRITES the file that is there, 4 KiB');
    expect(outputs[0]?.text).toContain('copies no data');
  });

  it('says what would be refused', async () => {
    const { session } = make();
    expect(await session.run('--dry-run block-stream device=cd0')).toMatchObject({
      status: 'failed', outputs: [{ kind: 'error', text: "would be refused: GenericError: Device 'cd0' has no medium" }],
      reply: { error: { class: 'GenericError', desc: "Device 'cd0' has no medium" } },
    });
  });

  it('follows the steps of a transaction', async () => {
    const { session } = make();
    const { reply } = await session.run('--dry-run {execute: "transaction", arguments: {actions: ['
      + '{type: "blockdev-snapshot-sync", data: {device: "d0", "snapshot-file": "one.qcow2", "snapshot-node-name": "one"}},'
      + '{type: "blockdev-snapshot-sync", data: {device: "d0", "snapshot-file": "two.qcow2"}}]}}');
    const { after } = reply?.return as { after: { chain: { filename: string }[] }[] };
    expect(after[0]?.chain.map(({ filename }) => filename)).toEqual(['two.qcow2', 'one.qcow2', 'top.qcow2', 'base.qcow2']);
  });

  it('refuses a step for what a step before it does', async () => {
    const { session } = make();
    const snapshot = '{type: "blockdev-snapshot-sync", data: {device: "d0", "snapshot-file": "one.qcow2", "snapshot-node-name": "one"}}';
    expect(await session.run(`--dry-run {execute: "transaction", arguments: {actions: [${snapshot}, ${snapshot}]}}`))
      .toMatchObject({ outputs: [{ text: 'would be refused: GenericError: New overlay node-name already in use' }] });
  });

  it('tells without images that the amount is not known, and why', async () => {
    const session = createSession({ link: createFakeLink(answers) });
    expect((await session.run('--dry-run block-stream device=d0')).outputs[0]?.text)
      .toContain('copies not known how much: the images cannot be reached from here');
  });

  it.each([
    ['--dry-run query-block', /'query-block' cannot be rehearsed; these can: block-commit/],
    ['--dry-run eject cd0', /'eject' cannot be rehearsed/],
    ['--dry-run info block', /cannot be rehearsed/],
    ['--dry-run commit d0', /'commit' is more than one command/],
    ['--dry-run {execute: 1}', /names its command/],
  ])('refuses %s', async (line, text) => {
    const { link, session } = make();
    expect(await session.run(line)).toMatchObject({ status: 'failed', outputs: [{ text: expect.stringMatching(text) as string }] });
    expect(link.sent.filter(({ command }) => !command.startsWith('query-'))).toEqual([]);
  });

  it('explains itself when nothing is behind it', async () => {
    expect((await make().session.run('--dry-run')).outputs).toMatchObject([{ kind: 'text', text: expect.stringContaining('These can be rehearsed: block-commit') as string }]);
  });

  it('waits for the end of a message over several lines', () => {
    expect(['--dry-run {', '--dry-run {}', '--dry-run block-stream'].map((text) => make().session.isIncomplete(text))).toEqual([true, false, false]);
  });
});

describe('completing a rehearsal', () => {
  const { session } = make();
  const labels = async (text: string) => (await session.complete(text, text.length)).candidates.map(({ label }) => label);

  it('offers the word itself', async () => {
    expect((await session.complete('--d', 3)).candidates).toMatchObject([{ insert: '--dry-run ', kind: 'flag' }]);
  });

  it('offers only what can be rehearsed', async () => {
    expect(await labels('--dry-run block-')).toEqual(['block-stream', 'blockdev-snapshot-sync']);
    expect(await labels('--dry-run query-')).toEqual([]);
    expect(await labels('--dry-run eje')).toEqual([]);
    expect(await labels('--dry-run commi')).toEqual([]);
  });

  it('completes what follows, at its place in the line', async () => {
    const text = '--dry-run block-stream device=d';
    expect(await session.complete(text, text.length)).toMatchObject({ from: text.length - 1, to: text.length, candidates: [{ label: 'd0' }, { label: 'cd0' }] });
    expect(await labels('--dry-run block_stream ')).toContain('d0');
    expect(await labels('--dry-run {execute: "block-stream", arguments: {device: "')).toContain('d0');
  });
});
