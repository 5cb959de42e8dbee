import { readFile } from 'node:fs/promises';
import { checkIdentifier } from '../../../qapi/check-identifier.ts';
import { QapiError } from '../../../qapi/qapi-error.ts';
import { blkdebugEvent } from '../../../qapi/types/blkdebug-options.ts';
import { codeOf } from '../../host-failure.ts';
import { strerror } from '../../errnos.ts';

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

/** A section of the file: what stands in it is looked at when the next one begins. */
interface Section {
  readonly group: string;
  readonly options: Map<string, string>;
}

/** Reads a file of rules in the form of QEMU's -readconfig. @throws QapiError when it cannot be read, or a line makes no sense */
export async function readConfigFile(filename: string): Promise<ConfigRules> {
  const text = await readFile(filename, 'utf8').catch((cause: unknown) => {
    const code = codeOf(cause);
    throw new QapiError(`${code === 'EISDIR' ? 'Cannot read' : 'Could not read blkdebug'} config file: ${strerror(code)}`, { cause });
  });
  const rules: Record<keyof ConfigRules, RuleOptions[]> = { 'inject-error': [], 'set-state': [] };
  for (const { group, options } of sectionsOf(text)) {
    if (group !== 'inject-error' && group !== 'set-state') throw new QapiError(`There is no option group '${group}'`);
    const id = options.get('id');
    if (id !== undefined) checkIdentifier(id);
    if (id !== undefined && rules[group].some((rule) => rule.id === id)) throw new QapiError(`Duplicate ID '${id}' for ${group}`);
    rules[group].push(ruleOf(group, options));
  }
  for (const rule of [...rules['inject-error'], ...rules['set-state']]) checkRule(rule);
  return rules;
}

/** As in QEMU, a line ends at a NUL, and an empty one only where nothing else stands in it, blanks neither. */
function* sectionsOf(text: string): Generator<Section> {
  let current: Section | undefined;
  for (const whole of text.split(/(?<=\n)/)) {
    const [line = ''] = whole.split('\0');
    if (whole === '' || line === '\n' || line.startsWith('#')) continue;
    const [, named, id, unnamed] = /^\[(?:\s*(\S+)\s+"([^"]+)|([^\]]+))/.exec(line) ?? [];
    const group = named ?? unnamed;
    if (group === undefined) takeOption(line, current);
    else {
      if (current !== undefined) yield current;
      current = { group, options: new Map(id === undefined ? [] : [['id', id]]) };
    }
  }
  if (current !== undefined) yield current;
}

/** `key = "value"`; what stands behind a key without such a value is not looked at. */
function takeOption(line: string, current: Section | undefined): void {
  const option = /^\s*(\S{1,63})(?:\s*=\s*"([^"]{1,1023}))?/.exec(line);
  if (option === null) throw new QapiError('parse error');
  if (current === undefined) throw new QapiError('no group defined');
  current.options.set(option[1]!, option[2] ?? '');
}

function ruleOf(group: keyof ConfigRules, options: ReadonlyMap<string, string>): RuleOptions {
  return Object.fromEntries([...options].map(([key, value]) => {
    const kind = key === 'id' ? 'text' : GROUPS[group][key];
    if (kind === undefined) throw new QapiError(`Invalid parameter '${key}'`);
    return [key, parseValue(key, value, kind)];
  }));
}

function parseValue(key: string, value: string, kind: Kind): unknown {
  if (kind === 'text') return value;
  if (kind === 'boolean') {
    if (TRUE.includes(value)) return true;
    if (FALSE.includes(value)) return false;
    throw new QapiError(`Parameter '${key}' expects 'on' or 'off'`);
  }
  return parseNumber(key, value);
}

/** As the C library reads them; a negative one is one of 64 bits. */
function parseNumber(key: string, value: string): bigint {
  const [, sign, digits] = /^\s*([+-]?)(0x[0-9a-f]+|0[0-7]*|[1-9]\d*)$/i.exec(value) ?? [];
  if (digits === undefined) throw new QapiError(`Parameter '${key}' expects a number`);
  const number = BigInt(digits.replace(/^0(?=\d)/, '0o'));
  if (number >= 1n << 64n) throw new QapiError(`Value '${value}' is too large for parameter '${key}'`);
  return sign === '-' ? -number : number;
}

function checkRule({ event, iotype }: RuleOptions): void {
  if (event === undefined) throw new QapiError('Missing event name for rule');
  if (!blkdebugEvent.values.includes(event as never)) throw new QapiError(`invalid parameter value: ${event as string}`);
  if (iotype !== undefined && !IO_TYPES.includes(iotype as string)) throw new QapiError(`invalid parameter value: ${iotype as string}`);
}
