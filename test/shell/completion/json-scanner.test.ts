import { describe, expect, it } from 'vitest';
import { scanJson } from '../../../src/shell/completion/json-scanner.ts';

/** `|` marks the caret. */
const at = (marked: string) => {
  const cursor = marked.indexOf('|');
  const token = scanJson(marked.replace('|', ''), cursor).atCursor;
  return token && [token.role, token.path.join('.'), token.text];
};

describe('the place of the caret in a message', () => {
  it.each([
    ['{|', ['key', '', '']],
    ['{"ex|', ['key', 'ex', 'ex']],
    ['{ex|: 1}', ['key', 'ex', 'ex']],
    ['{"execute": |', ['value', 'execute', '']],
    ['{"execute": "query-b|', ['value', 'execute', 'query-b']],
    ['{"execute": "query-b|lock"}', ['value', 'execute', 'query-b']],
    ["{execute: 'eject', arguments: {|}}", ['key', 'arguments.', '']],
    ["{execute: 'eject', arguments: {device: 'a', |}}", ['key', 'arguments.', '']],
    ["{execute: 'eject', arguments: {device: 'i|d'}}", ['value', 'arguments.device', 'i']],
    ['{"arguments": {"actions": [{"type": "a"}, {"ty|', ['key', 'arguments.actions.1.ty', 'ty']],
    ['{"arguments": {"list": [1, |]}}', ['value', 'arguments.list.1', '']],
    ['{\n  // a comment\n  execute: "x",\n  |\n}', ['key', '', '']],
  ])('%s', (marked, expected) => { expect(at(marked)).toEqual(expected); });

  it.each(['|{}', '{}|', '{"a"|: 1}', '{"a" |', '{"a": "b" | }', '{"a": 1}|', '{ // com|ment\n}', '"x": "|'])('%s has none', (marked) => {
    expect(at(marked)).toBeUndefined();
  });

  it('gives the values already there, before and behind the caret', () => {
    const text = '{"arguments": {"driver": , "file": {"driver": "file"}, "n": 1}}';
    const values = scanJson(text, text.indexOf(' ,') + 1).tokens.filter(({ role }) => role === 'value').map(({ path, text: value }) => [path.join('.'), value]);
    expect(values).toEqual([['arguments.file.driver', 'file'], ['arguments.n', '1']]);
  });

  it('takes any text', () => {
    const text = '{[}]"\'\\,:{a:[{"b":\'c';
    for (let cursor = 0; cursor <= text.length; cursor++) expect(() => scanJson(text, cursor)).not.toThrow();
  });
});
