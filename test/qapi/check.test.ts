import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/engine/commands.ts';
import { checkArguments, checkValue } from '../../src/qapi/check.ts';
import { QapiError } from '../../src/qapi/qapi-error.ts';
import { bool, described, list, naming, number, struct, uint32, uint64 } from '../../src/qapi/schema.ts';
import type { Struct } from '../../src/qapi/schema.ts';
import { blockdevOptions } from '../../src/qapi/types/blockdev-options.ts';
import { RequestDecoder } from '../../src/qmp/request-decoder.ts';
import { parseReal } from '../../src/util/real.ts';
import { QemuMonitor } from '../support/qemu-monitor.ts';
import { describeWithQemu } from '../support/qemu.ts';
import { readFileSync } from 'node:fs';

/** [command, arguments, what QEMU 7.2 answers]. Read as the wire is: some numbers are beyond 64 bits, some are no integers. */
const [decoded] = new RequestDecoder().push(readFileSync(new URL('argument-errors.json', import.meta.url)));
const vectors = (decoded as { value: [string, object, string][] }).value;

const eject = { '*device': naming('device'), '*id': naming('qdev'), '*force': bool };

async function argumentsOf(command: string): Promise<Struct<unknown>> {
  if (command === 'blockdev-add') return blockdevOptions as unknown as Struct<unknown>;
  if (command === 'eject') return struct('', eject);
  if (command === 'query-block') return struct('', {});
  const declaration = await commands.load(command);
  if (declaration === undefined) throw new Error(`${command} is not declared`);
  return declaration.data as Struct<unknown>;
}

describe('checking arguments', () => {
  it.each(vectors)('refuses what QEMU refuses, in its words: %s %o', async (command, args, error) => {
    const type = await argumentsOf(command);
    expect(() => checkArguments(type, args)).toThrow(new QapiError(error));
  });

  it('returns the very object when all is well', () => {
    const value = { driver: 'qcow2', 'node-name': 'n', file: { driver: 'file', filename: 'x', locking: 'off' }, backing: null, cache: { direct: true } };
    expect(checkArguments(blockdevOptions, value)).toBe(value);
  });

  it('takes 64-bit integers exactly up to their limits', () => {
    const type = struct('', { value: uint64 });
    expect(() => checkArguments(type, { value: 18446744073709551615n })).not.toThrow();
    expect(() => checkArguments(type, { value: 18446744073709551616n })).toThrow('Parameter \'value\' expects uint64');
    expect(() => checkArguments(type, { value: -1 })).toThrow('Parameter \'value\' expects uint64');
  });

  it('takes a member that is undefined as absent and one that is null as given', () => {
    const type = struct('', { '*force': bool });
    expect(() => checkArguments(type, { force: undefined })).not.toThrow();
    expect(() => checkArguments(type, { force: null })).toThrow('Invalid parameter type for \'force\', expected: boolean');
  });

  it('does not take the optional mark for part of a name', () => {
    expect(() => checkArguments(struct('', eject), { '*device': 'x' })).toThrow('Parameter \'*device\' is unexpected');
  });

  it('names a single value as it is told', () => {
    expect(() => checkValue(list(number), ['x'], 'rates')).toThrow('Invalid parameter type for \'rates[0]\', expected: number');
    expect(checkValue(described(uint32, 'x'), 7, 'n')).toBe(7);
  });

  it('tells a number that was written with a fraction or an exponent from an integer', () => {
    expect(() => checkValue(uint64, parseReal('1e3'), 'n')).toThrow('Parameter \'n\' expects uint64');
    expect(() => checkValue(struct('', {}), parseReal('1.0'), 'n')).toThrow('Invalid parameter type for \'n\', expected: object');
    expect(checkValue(number, parseReal('1.0'), 'n')).toEqual(parseReal('1.0'));
  });

  it('wants an object', () => {
    for (const value of [1, null, [], 'x']) {
      expect(() => checkArguments(struct('', {}), value)).toThrow('QMP input member \'arguments\' must be an object');
    }
  });
});

describeWithQemu('the vectors of wrong arguments', () => {
  let monitor: QemuMonitor;
  beforeAll(async () => { monitor = await QemuMonitor.start(); });
  afterAll(async () => { await monitor.stop(); });

  it('are what the real QEMU answers', async () => {
    const lines = readFileSync(new URL('argument-errors.json', import.meta.url), 'utf8').split('\n').slice(1, -2);
    for (const [index, line] of lines.entries()) {
      const [, command, args] = /^ {2}\["([^"]+)", (\{.*\}), "/.exec(line) ?? [];
      const reply = await monitor.request(`{"execute": "${command}", "arguments": ${args}}`);
      expect(reply.error, line).toMatchObject({ class: 'GenericError', desc: vectors[index]?.[2] });
    }
  });
});
