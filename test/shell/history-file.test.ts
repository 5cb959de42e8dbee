import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultHistoryFile, openHistory } from '../../src/shell/history-file.ts';
import { appendLine, readLines } from '../../src/shell/history-store.ts';
import { holdsSecret } from '../../src/shell/secrets.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qmon-history-'));
  file = join(folder, 'state', 'qmon', 'history');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the history file', () => {
  it('lies in the state folder', () => {
    expect(defaultHistoryFile({ XDG_STATE_HOME: '/s' }, '/h')).toBe('/s/qmon/history');
    expect(defaultHistoryFile({ XDG_STATE_HOME: 'relative' }, '/h')).toBe('/h/.local/state/qmon/history');
  });

  it('keeps lines between runs, several-line messages and backslashes included', () => {
    const history = openHistory(file);
    for (const line of ['info block', '{\n  "execute": "query-block"\n}', 'a \\n b']) history.add(line);
    expect(openHistory(file).lines).toEqual(['info block', '{\n  "execute": "query-block"\n}', 'a \\n b']);
  });

  it('is readable by its owner only, and so is its folder', () => {
    openHistory(file).add('x');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'state', 'qmon')).mode & 0o777).toBe(0o700);
  });

  it('takes away the rights of others on a file that was open to them', () => {
    mkdirSync(join(folder, 'state', 'qmon'), { recursive: true });
    writeFileSync(file, 'old\n', { mode: 0o644 });
    expect(openHistory(file).lines).toEqual(['old']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('skips blanks and repeats', () => {
    const history = openHistory();
    for (const line of ['a', ' ', 'a ', 'b', 'a']) history.add(line);
    expect(history.lines).toEqual(['a', 'b', 'a']);
  });

  it('mixes nothing when two programs write at once', () => {
    const [one, other] = [openHistory(file), openHistory(file)];
    for (let count = 0; count < 50; count++) {
      one.add(`one ${count}`);
      other.add(`other ${count}`);
    }
    expect(openHistory(file).lines).toHaveLength(100);
  });

  it('cuts a file that grew far beyond 5,000 lines to the newest ones', () => {
    mkdirSync(join(folder, 'state', 'qmon'), { recursive: true });
    writeFileSync(file, Array.from({ length: 7000 }, (_, index) => `line ${index}\n`).join(''));
    expect(openHistory(file).lines).toHaveLength(5000);
    const kept = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([5000, 'line 2000', 'line 6999']);
    expect(readdirSync(join(folder, 'state', 'qmon'))).toEqual(['history']);
  });

  it('loses no line that another program adds while the file is cut', () => {
    mkdirSync(join(folder, 'state', 'qmon'), { recursive: true });
    writeFileSync(file, 'x\n'.repeat(20));
    readLines(file, 10);
    appendLine(file, 'added');
    expect(readLines(file, 10).at(-1)).toBe('added');
  });

  it('starts in spite of a damaged file', () => {
    mkdirSync(join(folder, 'state', 'qmon'), { recursive: true });
    writeFileSync(file, Buffer.concat([Buffer.from('good\n'), Buffer.from([0xff, 0xfe, 0x00, 0x0a]), Buffer.from('\u001b[31mred\nalso good\nunfinished')]));
    expect(openHistory(file).lines).toEqual(['good', 'also good', 'unfinished']);
  });

  it('goes on in memory, and says why, when the file cannot be used', () => {
    mkdirSync(file, { recursive: true });
    const history = openHistory(file);
    history.add('kept');
    expect(history.lines).toEqual(['kept']);
    expect(history.problem).toMatch(/not a plain file|EISDIR/);
  });

  it('does not follow a link that somebody put in its place', () => {
    mkdirSync(join(folder, 'state', 'qmon'), { recursive: true });
    writeFileSync(join(folder, 'victim'), '');
    symlinkSync(join(folder, 'victim'), file);
    const history = openHistory(file);
    history.add('line');
    expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('');
    expect(history.problem).toContain('ELOOP');
  });

  it('begins a new line after a file that ends without one', () => {
    mkdirSync(join(folder, 'state', 'qmon'), { recursive: true });
    writeFileSync(file, 'a\n');
    appendFileSync(file, 'torn');
    openHistory(file).add('next');
    expect(openHistory(file).lines).toEqual(['a', 'torn', 'next']);
  });
});

describe('secrets', () => {
  it.each([
    'block_passwd ide0-hd0 hunter2', 'change vnc password hunter2', 'set_password vnc hunter2',
    'object-add qom-type=secret id=s0 data=hunter2', 'object_add secret,id=s0,data=hunter2',
    '{"execute": "object-add", "arguments": {"qom-type": "secret", "id": "s0", "data": "hunter2"}}',
    "{execute: 'block_passwd', arguments: {device: 'd', password: 'hunter2'}}",
    'blockdev-add driver=ssh file.password=hunter2', 'blockdev-add driver=luks key-secret=sec0', 'x passphrase=a',
    'change ide1-cd0 https://me:hunter2@example.org/cd.iso',
  ])('%s is not remembered', (line) => {
    expect(holdsSecret(line)).toBe(true);
    const history = openHistory(file);
    history.add(line);
    expect(history.lines).toEqual([]);
  });

  it.each(['info block', 'change ide1-cd0 https://example.org:8080/cd.iso', 'qemu-io data "read 0 4k"', 'blockdev-add driver=raw node-name=data file.driver=file'])(
    '%s is remembered', (line) => { expect(holdsSecret(line)).toBe(false); });
});
