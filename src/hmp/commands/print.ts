import type { NumberFormat } from '../argument-spec.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'print',
  aliases: ['p'],
  args: 'fmt:/,val:l',
  usage: '/fmt expr',
  doc: 'show the value of an expression; the format is o, d, u, x or c',
  run: ({ fmt, val }) => `${formats[fmt](BigInt(val))}\n`,
});

const unsigned = (value: bigint) => BigInt.asUintN(64, value);
const signed = (value: bigint) => String(value);

const formats: Readonly<Record<NumberFormat, (value: bigint) => string>> = {
  o: (value) => (value === 0n ? '0' : `0${unsigned(value).toString(8)}`),
  d: signed,
  i: signed,
  u: (value) => String(unsigned(value)),
  x: (value) => (value === 0n ? '0' : `0x${unsigned(value).toString(16)}`),
  c: (value) => `'${character(Number(BigInt.asUintN(8, value)))}'`,
};

const escapes: Readonly<Record<string, string>> = { '\'': '\\\'', '\\': '\\\\', '\n': '\\n', '\r': '\\r' };

function character(code: number): string {
  const text = String.fromCharCode(code);
  if (escapes[text] !== undefined) return escapes[text];
  return code >= 32 && code <= 126 ? text : `\\x${code.toString(16).padStart(2, '0')}`;
}
