import { QapiError } from '../../../qapi/qapi-error.ts';
import type { Int } from '../../../qapi/schema.ts';

/** The sizes, in bytes, that requests are held to; 0 where there is no limit. */
export interface Limits {
  readonly align: number;
  readonly maxTransfer: number;
  readonly maxWriteZero: number;
  readonly maxDiscard: number;
}

const INT_MAX = 2 ** 31 - 1;

/** @throws QapiError when a size is no multiple of the one it must fit */
export function parseLimits(options: Readonly<Record<string, unknown>>): Limits {
  const size = (name: string): number => parse(name, options[name] as Int | undefined);
  const align = size('align');
  if (align >= INT_MAX || !Number.isInteger(Math.log2(align || 1))) refuse('align', align);
  const multiple = (name: string, of: number): number => {
    const value = size(name);
    if (value >= INT_MAX || value % Math.max(of, 1) !== 0) refuse(name, value);
    return value;
  };
  const maxTransfer = multiple('max-transfer', align);
  const optWriteZero = multiple('opt-write-zero', align);
  const maxWriteZero = multiple('max-write-zero', Math.max(optWriteZero, align));
  const optDiscard = multiple('opt-discard', align);
  return { align, maxTransfer, maxWriteZero, maxDiscard: multiple('max-discard', Math.max(optDiscard, align)) };
}

function parse(name: string, value: Int | undefined): number {
  if (value !== undefined && value < 0) throw new QapiError(`Parameter '${name}' expects a non-negative number below 2^64`);
  return Number(value ?? 0);
}

function refuse(name: string, value: number): never {
  throw new QapiError(`Cannot meet constraints with ${name} ${value}`);
}
