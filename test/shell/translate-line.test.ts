import { afterAll, describe, expect, it } from 'vitest';
import { onlyAsks } from '../../src/shell/only-asks.ts';
import { createSession } from '../../src/shell/create-session.ts';
import { createFakeLink } from './fake-link.ts';

const link = createFakeLink();
const session = createSession({ link });
afterAll(() => session.close());

const translate = (line: string) => session.translate(line);
const message = async (line: string) => (await translate(line))?.messages[0];

describe('the translation of a line', () => {
  it('of the human monitor is the request with its units resolved, and what it does to the state of now', async () => {
    expect(await translate('block_resize ide0-hd0 80')).toMatchObject({
      messages: [{ execute: 'block_resize', arguments: { device: 'ide0-hd0', size: 83886080 } }],
      units: ['80 -> 83886080 B'], effect: { text: 'grows by 16 MiB, from 64 MiB to 80 MiB', impact: 'change' },
    });
    expect(await translate('block_resize ide0-hd0 16M')).toMatchObject({ effect: { impact: 'destructive', why: 'the last 48 MiB are lost' } });
    expect(await message('eject -f ide1-cd0')).toEqual({ execute: 'eject', arguments: { device: 'ide1-cd0', force: true } });
  });

  it('of key=value is typed as the schema says', async () => {
    expect(await translate('block-stream device=ide0-hd0 speed=10M')).toMatchObject({
      messages: [{ execute: 'block-stream', arguments: { device: 'ide0-hd0', speed: 10485760 } }], units: ['speed 10M -> 10485760 B'],
    });
  });

  it('of a message is the message', async () => {
    expect(await translate("{execute: 'eject', arguments: {device: 'ide1-cd0'}, id: 7}")).toMatchObject({
      messages: [{ execute: 'eject', arguments: { device: 'ide1-cd0' }, id: 7 }], effect: { text: 'ejects cd.iso from ide1-cd0' },
    });
  });

  it('of what we do not know is what the far end\'s own monitor gets', async () => {
    expect(await translate('foo bar')).toMatchObject({
      messages: [{ execute: 'human-monitor-command', arguments: { 'command-line': 'foo bar' } }], note: expect.stringContaining('unknown here'),
    });
    expect((await translate('drive_del data'))?.effect).toMatchObject({ impact: 'destructive', subject: 'data' });
  });

  it('says what is wrong, and where', async () => {
    expect((await translate('block_resize ide0-hd0 abc'))?.problem).toBe('column 23: invalid size');
    expect((await translate('block-stream device'))?.problem).toContain('column 14');
    expect((await translate('{"execute": x y}'))?.problem).toMatch(/line 1, column \d+/);
    expect((await translate('block-stream'))?.problem).toBe("Parameter 'device' is missing");
    expect((await translate('{"execute": "nosuch"}'))?.problem).toBe("the far end has no command 'nosuch'");
  });

  it('is none while the line is no command yet', async () => {
    for (const line of ['', '  ', 'blo', '# block_resize ide0-hd0 1']) expect(await translate(line), line).toBeUndefined();
  });

  it('tells what happens instead of sending something', async () => {
    expect((await translate('quit'))?.note).toContain('leaves qmon');
    expect((await translate('help'))?.note).toBe('is answered here');
    expect((await translate('{"execute":'))?.note).toContain('Enter adds a line');
  });

  it('shows no secret in what it complains about', async () => {
    expect(JSON.stringify((await translate('blockdev-add driver=raw password=hunter22 size={x'))?.problem)).not.toContain('hunter22');
  });

  it('sends nothing but questions', async () => {
    expect(link.sent.filter(({ command }) => !onlyAsks(command))).toEqual([]);
  });

  it('never fails, whatever the line is', async () => {
    const pieces = ['block_resize', 'eject', 'transaction', ' ', '"', '{', '}', '[', ']', ':', ',', 'actions', 'type', 'null', '0x', '=', '-f', 'execute', "'", 'é', 'commit all', 'info', '\n', '--dry-run'];
    let seed = 11;
    const random = (below: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
    for (let round = 0; round < 600; round++) {
      await translate(Array.from({ length: 1 + random(9) }, () => pieces[random(pieces.length)]).join(random(2) ? '' : ' '));
    }
  });
});
