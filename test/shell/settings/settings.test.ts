import { lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSession } from '../../../src/shell/create-session.ts';
import { defaultConfigFile } from '../../../src/shell/settings/config-file.ts';
import { loadSettings } from '../../../src/shell/settings/settings.ts';
import { temporaryFolder } from '../../support/qmon.ts';
import { createFakeLink } from '../fake-link.ts';

function withConfig(text?: string | Buffer) {
  const file = join(temporaryFolder(), 'config.json5');
  if (text !== undefined) writeFileSync(file, text);
  return file;
}

async function running(text?: string) {
  const file = withConfig(text);
  const settings = await loadSettings(file);
  const session = createSession({ link: createFakeLink(), settings });
  const run = async (line: string) => {
    const { status, outputs } = await session.run(line);
    return { status, text: outputs.map((output) => output.text).join('\n') };
  };
  return { file, settings, session, run, kept: () => readFileSync(file, 'utf8') };
}

describe('the config file', () => {
  it('is config.json5 in the folder that XDG says', () => {
    expect(defaultConfigFile({ XDG_CONFIG_HOME: '/x' }, '/home/a')).toBe('/x/qmon/config.json5');
    expect(defaultConfigFile({ XDG_CONFIG_HOME: 'relative' }, '/home/a')).toBe('/home/a/.config/qmon/config.json5');
  });

  it('need not be there', async () => {
    const settings = await loadSettings(join(temporaryFolder(), 'no', 'config.json5'));
    expect(settings.problems).toEqual([]);
    expect(settings.get('poll-interval')).toBe(1);
  });

  it('counts where it is right, and says what is wrong where it is not', async () => {
    const settings = await loadSettings(withConfig("{ 'poll-interval': 5, compat: 'perhaps', panels: ['jobs'], colour: 1, 'history-size': -1, log: null }"));
    expect(settings.get('poll-interval')).toBe(5);
    expect(settings.get('panels')).toEqual(['jobs']);
    expect(settings.get('compat')).toBe(false);
    expect(settings.problems.map((problem) => problem.replace(/^.*config\.json5: /, ''))).toEqual([
      `"perhaps" is no value of 'compat', which takes on or off`, "there is no setting 'colour'",
      "-1 is no value of 'history-size', which takes 0 to 100000 lines",
    ]);
  });

  it.each([['{ a: ', /config\.json5: .*line|config\.json5: .*1/], ['[]', /holds no object/], ['\0\xff', /config\.json5: /]])('never keeps qmon from starting: %j', async (text, problem) => {
    const settings = await loadSettings(withConfig(text));
    expect(settings.problems).toHaveLength(1);
    expect(settings.problems[0]).toMatch(problem);
    expect(settings.get('compat')).toBe(false);
  });

  it('that is a folder is told, too', async () => {
    const folder = temporaryFolder();
    expect((await loadSettings(folder)).problems.join()).toContain('EISDIR');
  });
});

describe('set', () => {
  it('lists every setting with its value and what it takes', async () => {
    const { run } = await running("{compat: true}");
    const { text } = await run('set');
    expect(text).toMatch(/^SETTING +VALUE +MEANING\n/);
    expect(text).toMatch(/^compat +on \* +the human monitor prints QEMU's own texts \(--hmp-compat\): on or off$/m);
    expect(text).toMatch(/^poll-interval +1 +how often .*: 0\.25 to 3600 seconds$/m);
    expect((await run('set compat')).text.split('\n')).toHaveLength(2);
  });

  it('changes a value at once, and in the file leaves all else as it was written', async () => {
    const { run, kept, settings, file } = await running("// mine\n{\n  compat: false, // not yet\n  keys: {submit: ['enter']},\n}\n");
    expect(await run('set compat on')).toEqual({ status: 'done', text: '' });
    expect(await run('set poll-interval 0.5')).toEqual({ status: 'done', text: '' });
    expect(settings.get('compat')).toBe(true);
    expect(kept()).toBe("// mine\n{\n  compat: true, // not yet\n  keys: {submit: ['enter']},\n  'poll-interval': 0.5,\n}\n");
    expect((await loadSettings(file)).get('poll-interval')).toBe(0.5);
  });

  it('makes the file, readable by its owner only', async () => {
    const { run, file, kept } = await running();
    await run('set panels jobs,stats');
    expect(kept()).toBe('{\n  panels: ["jobs","stats"],\n}\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('writes through a link, and keeps the rights', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'dotfiles'));
    writeFileSync(join(folder, 'dotfiles', 'q.json5'), '{}', { mode: 0o644 });
    symlinkSync('dotfiles/q.json5', join(folder, 'config.json5'));
    const settings = await loadSettings(join(folder, 'config.json5'));
    await settings.set('compat', 'on');
    expect(lstatSync(join(folder, 'config.json5')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'dotfiles', 'q.json5'), 'utf8')).toContain('compat: true');
    expect(statSync(join(folder, 'dotfiles', 'q.json5')).mode & 0o777).toBe(0o644);
  });

  it('leaves a file alone that it does not understand, and sets the value for this run', async () => {
    const { run, kept, settings } = await running('{ compat: tru');
    const { status, text } = await run('set compat on');
    expect([status, settings.get('compat'), kept()]).toEqual(['done', true, '{ compat: tru']);
    expect(text).toMatch(/^for this run only: .*config\.json5 is left as it is: /);
  });

  it.each([
    ['set colour red', "there is no setting 'colour'; there are compat, confirm, history-size"], ['set compat maybe', "'maybe' is no value of 'compat', which takes on or off"],
    ['set poll-interval 0', 'takes 0.25 to 3600 seconds'], ['set colour', "there is no setting 'colour'"], ['set compat on off', 'set takes a name and a value'],
  ])('%s is refused', async (line, why) => {
    const { run } = await running();
    const { status, text } = await run(line);
    expect(status).toBe('failed');
    expect(text).toContain(why);
  });

  it('completes names and values', async () => {
    const { session } = await running();
    const labels = async (line: string) => (await session.complete(line, line.length)).candidates.map(({ label }) => label);
    expect(await labels('set po')).toEqual(['poll-interval']);
    expect(await labels('set compat ')).toEqual(['on', 'off']);
  });

  it('takes effect on what it is about: compat, and how many lines are remembered', async () => {
    const { run, session } = await running();
    expect((await run('help')).text).toContain("QMON'S OWN");
    await run('set compat on');
    expect((await run('help')).text).not.toContain("QMON'S OWN");
    await run('set history-size 2');
    for (const line of ['a', 'b', 'c']) session.history.add(line);
    expect(session.history.lines).toEqual(['b', 'c']);
  });
});
