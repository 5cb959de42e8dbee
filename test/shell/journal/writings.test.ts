import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLocalLink } from '../../../src/qmp/local-link.ts';
import { createEngine } from '../../../src/engine/create-engine.ts';
import { createSession } from '../../../src/shell/create-session.ts';
import type { Outcome } from '../../../src/shell/session.ts';
import { readRecording } from '../../../src/shell/replay/recording.ts';
import { Settings } from '../../../src/shell/settings/settings.ts';
import { temporaryFolder } from '../../support/qmon.ts';

async function running(settings = new Settings()) {
  const folder = temporaryFolder();
  const engine = await createEngine({});
  await engine.open();
  const link = createLocalLink(engine, 'the machine');
  const session = createSession({ link, settings });
  const first = await session.run('query-version');
  return { folder, session, first, end: async () => {
    await session.close();
    await engine.close();
  } };
}

const rowsOf = (file: string) => readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Record<string, never>);

describe('record', () => {
  it('writes requests, replies, events, lines and what they printed, with times', async () => {
    const { folder, session, end } = await running();
    const file = join(folder, 'a b.qmr');
    expect(await session.run(`record "${file}"`)).toMatchObject({ status: 'done', outputs: [{ text: expect.stringContaining('a b.qmr') }] });
    await session.run('stop');
    await session.run('query-nothing');
    expect((await session.run('record off')).outputs[0]?.text).toContain(`qmon replay ${file}`);
    await session.run('cont');
    await end();
    const { header, entries, lengthMs } = await readRecording(readFileSync(file, 'utf8').split('\n'));
    expect(header).toMatchObject({ label: 'the machine', version: { qemu: { major: expect.any(Number) } } });
    expect(lengthMs).toBeGreaterThanOrEqual(0);
    const all = entries.map(({ entry }) => entry);
    expect(all).toContainEqual(expect.objectContaining({ line: 'stop' }));
    expect(all).toContainEqual(expect.objectContaining({ received: expect.objectContaining({ event: 'STOP' }) }));
    expect(all).toContainEqual(expect.objectContaining({ sent: expect.objectContaining({ execute: 'query-qmp-schema' }) }));
    expect(all).toContainEqual(expect.objectContaining({ outcome: { status: 'failed', outputs: [{ kind: 'error', text: expect.stringContaining('CommandNotFound') }] } }));
    expect(all).not.toContainEqual(expect.objectContaining({ line: 'cont' }));
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('leaves secrets out, also those that are read back', async () => {
    const { folder, session, end } = await running();
    const file = join(folder, 'r');
    await session.run(`record ${file}`);
    await session.run('object-add qom-type=secret id=s0 data=topsecret');
    await session.run('{execute: "object-add", arguments: {"qom-type": "secret", id: "s1", data: "topsecret"}}');
    await session.run('qom-get path=/objects/s0 property=data');
    await session.run('record off');
    await end();
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('object-add');
    expect(text).not.toContain('topsecret');
  });

  it('never writes over a file', async () => {
    const { folder, session, end } = await running();
    const file = join(folder, 'precious');
    writeFileSync(file, 'mine');
    expect(await session.run(`record ${file}`)).toMatchObject({ status: 'failed', outputs: [{ text: expect.stringContaining('EEXIST') }] });
    expect((await session.run('record')).outputs[0]?.text).toBe('nothing is recorded');
    expect((await session.run(`transcript ${file}.md`)).status).toBe('done');
    expect((await session.run(`transcript ${file}.md`)).outputs[0]?.text).toContain('EEXIST');
    await end();
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });
});

describe('the log', () => {
  it('is appended to, holds traffic only, and follows the setting', async () => {
    const file = join(temporaryFolder(), 'log.ndjson');
    writeFileSync(file, '{"qmon":"session","format":1,"time":"2026-01-01T00:00:00.000Z","label":"before"}\n', { mode: 0o644 });
    const { session, end } = await running();
    await session.run(`set log ${file}`);
    await session.run('query-status');
    await session.run('set log off');
    await session.run('query-name');
    await end();
    const rows = rowsOf(file);
    expect(rows.filter(({ qmon }) => qmon).map(({ label }) => label)).toEqual(['before', 'the machine']);
    expect(rows.filter(({ sent }) => sent).map(({ sent }) => (sent as unknown as { execute: string }).execute)).toEqual(['query-status']);
    expect(rows.some((row) => 'line' in row || 'outcome' in row)).toBe(false);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('that cannot be written is told once and keeps nothing from working', async () => {
    const settings = new Settings();
    settings.override('log', '/dev/full');
    const { session, end, first } = await running(settings);
    const notes = ({ outputs }: Outcome) => outputs.filter(({ kind }) => kind === 'note').map(({ text }) => text);
    const texts = notes(first);
    for (let count = 0; count < 5; count++) {
      const outcome = await session.run('query-status');
      expect(outcome.status).toBe('done');
      texts.push(...notes(outcome));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(texts).toEqual([expect.stringContaining('ENOSPC')]);
    await end();
  });

  it('that cannot be opened is told', async () => {
    const settings = new Settings();
    settings.override('log', '/proc/no/such');
    const { session, end, first } = await running(settings);
    expect(first.outputs.at(-1)?.text).toMatch(/^the log is not written: ENOENT/);
    expect((await session.run('query-status')).outputs).toMatchObject([{ kind: 'json' }]);
    await end();
  });
});

describe('a transcript', () => {
  it('is Markdown whose blocks hold what was printed, whatever that is', async () => {
    const { folder, session, end } = await running();
    await session.run('stop');
    await session.run('object-add qom-type=secret id=s0 data=topsecret');
    await session.run('blockdev-add driver=```');
    await session.run(`transcript ${join(folder, 't.md')}`);
    await end();
    const text = readFileSync(join(folder, 't.md'), 'utf8');
    expect(text).toMatch(/^# qmon on the machine\n\nFrom \d{4}-/);
    expect(text).toMatch(/\n## \d\d:\d\d:\d\d `stop`\n/);
    expect(text).toMatch(/\n> `.* STOP`\n/);
    expect(text).toContain('````');
    expect(text).not.toContain('topsecret');
  });

  it('is one JSON object a line', async () => {
    const { folder, session, end } = await running();
    await session.run('stop');
    await session.run(`transcript ${join(folder, 't.ndjson')}`);
    await end();
    const rows = rowsOf(join(folder, 't.ndjson'));
    expect(rows[0]).toMatchObject({ qmon: 'session', label: 'the machine' });
    expect(rows.filter(({ line }) => line).map(({ line }) => line)).toEqual(['query-version', 'stop', `transcript ${join(folder, 't.ndjson')}`]);
    expect(rows).toContainEqual(expect.objectContaining({ received: expect.objectContaining({ event: 'STOP' }) }));
  });

  it.each(['transcript', 'transcript x.txt', 'transcript a.md b.md'])('%s is refused', async (line) => {
    const { session, end } = await running();
    expect((await session.run(line)).outputs[0]?.text).toContain('takes a file whose name ends in .md or .ndjson');
    await end();
  });
});
