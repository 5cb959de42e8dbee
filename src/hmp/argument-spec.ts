import type { Int } from '../qapi/schema.ts';

/**
 * QEMU's letters for what an argument is: B block device, F file name, s word, S rest of the line, O options `k=v,k=v`,
 * i and l integer expressions of 32 and 64 bits, o size with MiB as its unit, b on or off, / a number format such as `/x`;
 * `-x` is a switch.
 */
export type ArgumentCode = 'B' | 'F' | 's' | 'S' | 'O' | 'i' | 'l' | 'o' | 'b' | '/';

/** How `print` and its like show numbers: octal, decimal, unsigned, hexadecimal, instruction, character. */
export type NumberFormat = 'o' | 'd' | 'u' | 'x' | 'i' | 'c';

/** One argument of a command. */
export type Argument =
  | { readonly name: string; readonly flag: string }
  | { readonly name: string; readonly flag?: undefined; readonly code: ArgumentCode; readonly optional: boolean };

interface Values {
  B: string; F: string; s: string; S: string; O: Readonly<Record<string, string>>; i: number; l: Int; o: Int; b: boolean; '/': NumberFormat;
}

type Named<Name extends string, Code extends string> =
  Code extends `-${string}` ? { readonly [K in Name]: boolean }
    : Code extends `${infer Letter extends ArgumentCode}?` ? { readonly [K in Name]?: Values[Letter] }
      : Code extends ArgumentCode ? { readonly [K in Name]: Values[Code] } : never;

/** The values that a spec such as 'force:-f,device:B,size:o?' describes. */
export type ArgumentsOf<Spec extends string> =
  Spec extends `${infer Name}:${infer Code},${infer Rest}` ? Named<Name, Code> & ArgumentsOf<Rest>
    : Spec extends `${infer Name}:${infer Code}` ? Named<Name, Code> : unknown;

/** Reads a spec. */
export function parseSpec(spec: string): Argument[] {
  if (spec === '') return [];
  return spec.split(',').map((part) => {
    const [name = '', code = ''] = part.split(':');
    if (code.startsWith('-')) return { name, flag: code.slice(1) };
    return { name, code: code[0] as ArgumentCode, optional: code.endsWith('?') };
  });
}
