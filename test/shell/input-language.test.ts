import { describe, expect, it } from 'vitest';
import { inputLanguage, isJsonLine, plainQmpName } from '../../src/shell/input-language.ts';
import { lineWords } from '../../src/shell/line-words.ts';

const qmp = new Set(['query-block', 'block-stream', 'eject', 'stop', 'cont', 'quit', 'device_add', 'migrate', 'balloon']);
const hmp = new Set(['info', 'eject', 'stop', 'cont', 'quit', 'device_add', 'qemu-io', 'block_stream', 'migrate']);
const names = { isQmp: (name: string) => qmp.has(name), isHmp: (name: string) => hmp.has(name) };

describe('the language of a line', () => {
  it.each([
    ['{"execute": "query-block"}', 'json'], ['  {execute: 1}', 'json'], ['[1]', 'json'],
    ['query-block', 'qmp'], ['block-stream device=ide0-hd0 speed=10M', 'qmp'], ['block-stream ide0-hd0', 'qmp'],
    ['nosuch-command', 'qmp'], ['nosuch', 'hmp'],
    ['info block', 'hmp'], ['qemu-io data "read 0 4k"', 'hmp'], ['block_stream ide0-hd0', 'hmp'],
    ['eject ide1-cd0', 'hmp'], ['eject', 'hmp'], ['eject -f ide1-cd0', 'hmp'], ['eject device=ide1-cd0 force=on', 'qmp'],
    ['stop', 'hmp'], ['balloon', 'qmp'], ['balloon value=1', 'qmp'], ['balloon 512', 'hmp'], ['migrate uri=tcp:h:1', 'qmp'], ['migrate tcp:h:1', 'hmp'],
    ['device_add virtio-blk-pci,drive=d', 'hmp'], ['device_add driver=virtio-blk-pci,drive=d', 'hmp'],
    ['device_add driver=virtio-blk-pci drive=d', 'qmp'],
  ])('%s is %s', (line, language) => { expect(inputLanguage(line, names)).toBe(language); });

  it('sends only what is a QMP name beyond doubt straight out', () => {
    expect(plainQmpName(' query-version ')).toBe('query-version');
    for (const line of ['stop', 'qemu-io', 'query-block x=1', 'info', 'a--b', '-x', 'block_stream']) expect(plainQmpName(line)).toBeUndefined();
  });

  it('knows a message by its first bracket', () => {
    expect([isJsonLine('{'), isJsonLine(' ['), isJsonLine('info {')]).toEqual([true, true, false]);
  });
});

describe('the words of a line', () => {
  const words = (line: string) => lineWords(line).map(({ text, key, value }) => (key === undefined ? text : [key, value]));

  it('splits at blanks and at the first equals sign', () => {
    expect(words('  block-stream  device=a=b speed=')).toEqual(['block-stream', ['device', 'a=b'], ['speed', '']]);
  });

  it('takes single quotes literally and double quotes with escapes', () => {
    expect(words(String.raw`x a='b \ c' d="e \"f\" \\ g" "h i"`)).toEqual(['x', ['a', String.raw`b \ c`], ['d', 'e "f" \\ g'], 'h i']);
  });

  it('lets a bracketed value run to its closing bracket, blanks and brackets in strings included', () => {
    expect(words(`transaction actions=[{"type": "a]b", 'x': [1, 2]}, {}] id=7`)).toEqual(
      ['transaction', ['actions', `[{"type": "a]b", 'x': [1, 2]}, {}]`], ['id', '7']]);
  });

  it('joins quoted and bare parts of one word', () => {
    expect(words('x file=/a/"b c".raw')).toEqual(['x', ['file', '/a/b c.raw']]);
  });

  it('tells where words stand and which is open', () => {
    expect(lineWords('change cd "my fi')[2]).toMatchObject({ from: 10, to: 16, text: 'my fi', quote: '"', isOpen: true });
    expect(lineWords('x a={"b": 1')[1]).toMatchObject({ isOpen: true, isJson: true });
    expect(lineWords('x file=ab')[1]).toMatchObject({ from: 2, valueFrom: 7, to: 9, isOpen: false });
  });

  it('takes any text', () => {
    for (const line of ['', ' ', '=', '"', "'", '{', 'a="\\', '[[[', '💾 a=💾']) expect(Array.isArray(lineWords(line))).toBe(true);
  });
});
