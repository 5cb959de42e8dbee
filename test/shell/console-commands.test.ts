import { describe, expect, it } from 'vitest';
import { hmpCommands } from '../../src/hmp/command-facts.ts';
import { consoleCommands } from '../../src/shell/console-commands.ts';
import { createSession } from '../../src/shell/create-session.ts';
import { createFakeLink, recorded } from './fake-link.ts';

describe("qmon's own commands", () => {
  it('have names that neither QMP nor the human monitor has', async () => {
    const taken = new Set([...await hmpCommands()].flatMap(({ name, aliases }) => [name, ...aliases]));
    const qmp = new Set((recorded['query-commands'] as { name: string }[] | undefined)?.map(({ name }) => name));
    expect(consoleCommands.names.filter((name) => taken.has(name) || qmp.has(name))).toEqual([]);
  });

  it('are named by their files', async () => {
    expect((await consoleCommands.loadAll()).map(({ name }) => name)).toEqual(consoleCommands.names);
  });

  it('give way to a command of the same name at the far end, and come with a colon even then', async () => {
    const link = createFakeLink({ watch: {}, 'query-commands': [{ name: 'watch' }, { name: 'stop' }], 'query-status': {} });
    const session = createSession({ link });
    await session.run('watch');
    expect(link.sent.at(-1)?.command).toBe('watch');
    expect(await session.run(':watch -c 1 query-status')).toMatchObject({ status: 'done' });
    expect(link.sent.at(-1)?.command).toBe('query-status');
    expect((await session.run(':nothing')).outputs[0]?.text).toContain("qmon has no command 'nothing' of its own; it has");
  });

  it('are listed in help, each with its usage', async () => {
    const session = createSession({ link: createFakeLink() });
    expect((await session.run('help')).outputs.at(-1)?.text).toMatch(/watch \[-n SECONDS\].* run any line again/);
    expect(await session.run('help source')).toMatchObject({ status: 'done', outputs: [{ text: expect.stringMatching(/^source \[-k\] FILE -- /) }] });
  });

  it('are completed, and with them the line that they are about', async () => {
    const session = createSession({ link: createFakeLink() });
    const labels = async (line: string) => (await session.complete(line, line.length)).candidates.map(({ label }) => label);
    expect(await labels('wat')).toContain('watch');
    expect(await labels('wait job ')).toEqual((recorded['query-block-jobs'] as { device: string }[]).map(({ device }) => device));
    expect(await labels('wait job x re')).toEqual(['ready']);
    expect((await labels('watch -n 5 info blo'))[0]).toBe('block');
    expect(await session.complete('watch -n 5 query-bl', 19)).toMatchObject({ from: 11, to: 19 });
    expect((await session.complete('watch -n ', 9)).expects).toBe('seconds');
  });
});
