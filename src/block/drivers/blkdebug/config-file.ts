import { readFile } from 'node:fs/promises';
import { QapiError } from '../../../qapi/qapi-error.ts';
import { blkdebugEvent } from '../../../qapi/types/blkdebug-options.ts';
import { codeOf } from '../../host-failure.ts';
import { strerror } from '../../io-error.ts';

/** A rule as options give it; what is not given is undefined. */
export type RuleOptions = Readonly<Record<string, unknown>>;

export interface ConfigRules {
  readonly 'inject-error': readonly RuleOptions[];
  readonly 'set-state': readonly RuleOptions[];
}

type Kind = 'text' | 'number' | 'boolean';
const GROUPS: Readonly<Record<keyof ConfigRules, Readonly<Record<string, Kind>>>> = {
  'inject-error': {
    event: 'text', state: 'number', iotype: 'text', errno: 'number', sector: 'number', once: 'boolean', immediately: 'boolean',
  },
  'set-state': { event: 'text', state: 'number', new_state: 'number' },
};
const IO_TYPES = ['read', 'write', 'write-zeroes', 'discard', 'flush', 'block-status'];
const TRUE = ['on', 'yes', 'true', 'y'];
const FALSE = ['off', 'no', 'false', 'n'];

/** Reads a file of rules in the form of QEMU's -readconfig. @throws QapiError when it cannot be read, or a line makes no sense */
export async function readConfigFile(filename: string): Promise<ConfigRules> {
  const text = await readFile(filename, 'utf8').catch((cause: unknown) => {
    throw new QapiError(`Could not read blkdebug config file: ${strerror(codeOf(cause))}`, { cause });
  });
  const rules: Record<keyof ConfigRules, Record<string, unknown>[]> = { 'inject-error': [], 'set-state': [] };
  let current: { name: keyof ConfigRules; rule: Record<string, unknown> } | undefined;
  for (const line of text.split(/(?<=\n)/)) {
    if (line === '\n' || line.startsWith('#')) continue;
    const group = /^\[(?:([^\s"\]]+) "[^"]+"|([^\]]+))\]/.exec(line);
    if (group !== null) {
      current = { name: groupOf((group[1] ?? group[2]) as string), rule: {} };
      rules[current.name].push(current.rule);
    } else if (line.trim() !== '') takeOption(line, current);
  }
  for (const rule of [...rules['inject-error'], ...rules['set-state']]) checkRule(rule);
  return rules;
}

function groupOf(name: string): keyof ConfigRules {
  if (name === 'inject-error' || name === 'set-state') return name;
  throw new QapiError(`There is no option group '${name}'`);
}

/** `key = "value"`; what stands behind a key without such a value is not looked at. */
function takeOption(line: string, current: { name: keyof ConfigRules; rule: Record<string, unknown> } | undefined): void {
  const [, key = '', value = ''] = /^\s*(\S{1,63})(?:\s*=\s*"([^"]{1,1023}))?/.exec(line) ?? [];
  if (current === undefined) throw new QapiError('no group defined');
  const kind = GROUPS[current.name][key];
  if (kind === undefined) throw new QapiError(`Invalid parameter '${key}'`);
  current.rule[key] = parseValue(key, value, kind);
}

function parseValue(key: string, value: string, kind: Kind): unknown {
  if (kind === 'text') return value;
  if (kind === 'boolean') {
    if (TRUE.includes(value)) return true;
    if (FALSE.includes(value)) return false;
    throw new QapiError(`Parameter '${key}' expects 'on' or 'off'`);
  }
  if (!/^\s*[+-]?(0x[0-9a-f]+|\d+)$/i.test(value)) throw new QapiError(`Parameter '${key}' expects a number`);
  return /^0[0-7]+$/.test(value) ? parseInt(value, 8) : Number(value);
}

function checkRule({ event, iotype }: RuleOptions): void {
  if (event === undefined) throw new QapiError('Missing event name for rule');
  if (!blkdebugEvent.values.includes(event as never)) throw new QapiError(`invalid parameter value: ${event as string}`);
  if (iotype !== undefined && !IO_TYPES.includes(iotype as string)) throw new QapiError(`invalid parameter value: ${iotype as string}`);
}
