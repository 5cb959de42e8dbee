import { QapiError } from '../qapi/qapi-error.ts';
import { Real } from '../util/real.ts';
import type { Message } from './transports/transport.ts';

/** A request that has the right shape. */
export interface Request {
  readonly execute: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** @throws QapiError in QEMU's words when the value is no request */
export function checkRequest(value: unknown): Request {
  if (!isObject(value)) throw new QapiError('QMP input must be a JSON object');
  for (const name of Object.keys(value)) checkMember(name, value[name]);
  if (!('execute' in value)) throw new QapiError("QMP input lacks member 'execute'");
  return { execute: value.execute as string, arguments: (value.arguments ?? {}) as Message };
}

/**
 * The capabilities that the arguments of qmp_capabilities ask for.
 * @throws QapiError in QEMU's words when they are no such arguments
 */
export function parseNegotiation(args: Readonly<Record<string, unknown>>): readonly string[] {
  const { enable, ...others } = args;
  if (enable !== undefined) checkCapabilities(enable);
  const unexpected = Object.keys(others)[0];
  if (unexpected !== undefined) throw new QapiError(`Parameter '${unexpected}' is unexpected`);
  return (enable ?? []) as string[];
}

function checkMember(name: string, member: unknown): void {
  switch (name) {
    case 'id': return;
    case 'execute':
      if (typeof member !== 'string') throw new QapiError("QMP input member 'execute' must be a string");
      return;
    case 'arguments':
      if (!isObject(member)) throw new QapiError("QMP input member 'arguments' must be an object");
      return;
    default: throw new QapiError(`QMP input member '${name}' is unexpected`);
  }
}

function checkCapabilities(enable: unknown): void {
  if (!Array.isArray(enable)) throw new QapiError("Invalid parameter type for 'enable', expected: array");
  enable.forEach((name, index) => {
    if (typeof name !== 'string') throw new QapiError(`Invalid parameter type for 'enable[${index}]', expected: string`);
    if (name !== 'oob') throw new QapiError(`Parameter 'null' does not accept value '${name}'`); // 'null' is what QEMU prints
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Real);
}
