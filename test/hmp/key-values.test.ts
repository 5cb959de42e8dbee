import { describe, expect, it } from 'vitest';
import { parseKeyValues } from '../../src/hmp/key-values.ts';
import { objectOptions } from '../../src/qapi/types/object-options.ts';

const parse = (text: string) => parseKeyValues(text, 'qom-type', objectOptions);

describe('key=value options of a type', () => {
  it('takes the first value without its key, and makes numbers and switches of texts', () => {
    expect(parse('iothread,id=a,poll-max-ns=0')).toEqual({ 'qom-type': 'iothread', 'id': 'a', 'poll-max-ns': 0 });
    expect(parse('tls-creds-anon,id=a,verify-peer=no')).toEqual({ 'qom-type': 'tls-creds-anon', 'id': 'a', 'verify-peer': false });
    expect(parse('throttle-group,id=a,limits.bps-total=9007199254740993'))
      .toEqual({ 'qom-type': 'throttle-group', 'id': 'a', 'limits': { 'bps-total': 9007199254740993n } });
  });

  it('reads two commas as one that belongs to the value, and forgives one at the end', () => {
    expect(parse('secret,id=a,data=x,,y,')).toEqual({ 'qom-type': 'secret', 'id': 'a', 'data': 'x,y' });
  });

  it.each([
    ['iothread,id', "Expected '=' after parameter 'id'"], ['iothread id=a', "Invalid parameter 'iothread id'"], [',', "Invalid parameter ''"],
    ['iothread,id=a,poll-max-ns=5k', "Parameter 'poll-max-ns' expects integer"], ['tls-creds-anon,verify-peer=maybe', "Parameter 'verify-peer' expects 'on' or 'off'"],
    ['throttle-group,limits=5,limits.bps-total=5', "Parameters 'limits.*' used inconsistently"],
  ])('refuses %s', (text, message) => expect(() => parse(text)).toThrow(message));
});
