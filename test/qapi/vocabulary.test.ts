import { beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/engine/commands.ts';
import { eventFile, events } from '../../src/qapi/events.ts';
import { listMembers, resolve } from '../../src/qapi/members.ts';
import type { ResolvedType } from '../../src/qapi/members.ts';
import type { Members, Struct, Type, Union } from '../../src/qapi/schema.ts';
import inventory from './inventory.json' with { type: 'json' };
import { additions, widened } from './later-additions.ts';

type Shape = Record<string, unknown>;
type Declared = Record<string, { data: Shape | string; returns?: unknown; base?: string | Shape }>;

const modules = import.meta.glob('../../src/qapi/types/*.ts') as Record<string, () => Promise<Record<string, unknown>>>;

/** Every type that the vocabulary declares, by name. */
const declared = new Map<string, ResolvedType>();

function collect(type: Type): void {
  const resolved = resolve(type);
  if (resolved.kind === 'list') return collect(resolved.of);
  if (resolved.kind === 'builtin' || (resolved.name !== '' && declared.has(resolved.name))) return;
  if (resolved.name !== '') declared.set(resolved.name, resolved);
  if (resolved.kind === 'struct') collectAll(resolved.members);
  if (resolved.kind === 'union') collectAll({ ...resolved.base, ...resolved.branches });
  if (resolved.kind === 'alternate') collectAll(resolved.alternatives);
}

function collectAll(types: Members): void {
  for (const type of Object.values(types)) collect(type);
}

beforeAll(async () => {
  for (const load of Object.values(modules)) {
    for (const value of Object.values(await load())) {
      if (typeof value === 'object' && value !== null && 'kind' in value) collect(value as Type);
    }
  }
});

/** As the inventory writes a type. */
function notation(type: Type): unknown {
  const resolved = resolve(type);
  return resolved.kind === 'list' ? [notation(resolved.of)] : resolved.name;
}

function membersOf(members: Members): Shape {
  return Object.fromEntries(listMembers(members).map((member) => [`${member.optional ? '*' : ''}${member.name}`, notation(member.type)]));
}

/** The members that the inventory gives, base included. */
function wanted(entry: Declared[string]): Shape {
  if (typeof entry.data === 'string') return { shared: entry.data };
  const base = typeof entry.base === 'string' ? wanted((inventory.structs as Declared)[entry.base]!) : {};
  return { ...base, ...entry.data };
}

/** Everything wanted is there as wanted; what else is there is optional and listed with its reason. */
function expectMembers(owner: string, actual: Shape, expected: Shape): void {
  const relaxed = Object.entries(expected).map(([name, type]) => widened[owner]?.[name] ?? ([name, type] as const));
  for (const [name, type] of relaxed) expect(actual[name], `${owner}.${name}`).toEqual(type);
  const extra = Object.keys(actual).filter((name) => !relaxed.some(([known]) => known === name));
  for (const name of extra) expect(name, `${owner}: a later addition is optional`).toMatch(/^\*/);
  expect(extra.map((name) => name.slice(1)).sort(), `${owner}: later additions`).toEqual([...(additions[owner] ?? [])].sort());
}

function shapeOf(data: Struct<unknown> | Union<unknown>, expected: Declared[string]['data']): Shape {
  if (typeof expected === 'string') return { shared: data.name };
  return membersOf(data.kind === 'struct' ? data.members : data.base);
}

describe('the vocabulary of the seeds', () => {
  it.each(Object.entries(inventory.commands as unknown as Declared))('has the command %s as described', async (name, entry) => {
    const command = await commands.load(name);
    expect(command, `${name} is declared`).toBeDefined();
    const data = command!.data as Struct<unknown>;
    if (name in sharedElsewhere) expect(data.kind).toBe('union');
    else expectMembers(name, shapeOf(data, entry.data), wanted(entry));
    expect(command!.returns === undefined ? null : notation(command!.returns)).toEqual(entry.returns);
  });

  it.each(Object.entries(inventory.events as unknown as Declared))('has the event %s as described', async (name, entry) => {
    const event = await events.load(eventFile(name));
    expect(event?.name).toBe(name);
    expectMembers(name, membersOf(event!.data.members), wanted(entry));
  });

  it.each(Object.entries(inventory.structs as unknown as Declared))('has the struct %s as described', (name, entry) => {
    const type = declared.get(name);
    expect(type?.kind, name).toBe('struct');
    expectMembers(name, membersOf((type as Struct<unknown>).members), wanted(entry));
  });

  it.each(Object.entries(inventory.unions as unknown as Declared))('has the union %s with all its branches', (name, entry) => {
    const type = declared.get(name) as Union<unknown>;
    expect(type.kind).toBe('union');
    if (entry.base !== undefined) expectMembers(name, membersOf(type.base), entry.base as Shape);
    const names = Object.entries(type.branches).map(([value, branch]) => [value, (notation(branch) as string).replace(/Wrapper$/, '')]);
    expect(Object.fromEntries(names)).toMatchObject(entry.data as Shape);
  });

  it.each(Object.entries(inventory.alternates as unknown as Declared))('has the alternate %s', (name, entry) => {
    const type = declared.get(name);
    expect(type?.kind).toBe('alternate');
    const alternatives = (type as Extract<ResolvedType, { kind: 'alternate' }>).alternatives;
    expect(Object.fromEntries(Object.entries(alternatives).map(([key, one]) => [key, notation(one)]))).toEqual(entry.data);
  });

  it.each(Object.entries(inventory.enums))('has the enum %s with all its values, in their order', (name, values) => {
    const type = declared.get(name);
    expect(type?.kind, name).toBe('enum');
    const actual = (type as Extract<ResolvedType, { kind: 'enum' }>).values;
    expect(actual.filter((value) => values.includes(value))).toEqual(values);
    expect(actual.filter((value) => !values.includes(value)).sort(), `${name}: later additions`).toEqual([...(additions[name] ?? [])].sort());
  });

  const { monitor, machine } = inventory.commandsDescribedInProse;
  it.each([...monitor, ...machine])('has the command %s that is described in prose', (name) => {
    expect(commands.has(name)).toBe(true);
  });
});

/** `blockdev-add` takes its options flat or under `options`; the engine declares a union of its own. */
const sharedElsewhere: Readonly<Record<string, true>> = { 'blockdev-add': true };

describe('every declaration', () => {
  it('carries its own name, a doc and a version', async () => {
    for (const name of commands.names) {
      const command = await commands.load(name);
      expect(command).toMatchObject({ name, doc: expect.stringMatching(/^\S.*[^.]$/), since: expect.stringMatching(/^\d+\.\d+$/) });
    }
    for (const name of events.names) {
      const event = await events.load(name);
      expect(eventFile(event!.name)).toBe(name);
      expect(event).toMatchObject({ doc: expect.stringMatching(/^\S.*[^.]$/), since: expect.stringMatching(/^\d+\.\d+$/) });
    }
  });
});
