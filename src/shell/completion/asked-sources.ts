import type { Item } from './item.ts';
import type { Slot } from './slot.ts';
import type { World } from './sources.ts';

type Row = Readonly<Record<string, unknown>>;

/** The objects that were made by hand (`object-add`), all or those of a type. */
export async function objects(world: World, type?: RegExp): Promise<Item[]> {
  return (await children('/objects', world)).filter((row) => type === undefined || type.test(row.type))
    .map(({ name, type: kind }): Item => ({ value: name, detail: kind, kind: 'value' }));
}

/** The devices that were given an id. */
export async function pluggedDevices(world: World): Promise<Item[]> {
  return (await children('/machine/peripheral', world)).map(({ name, type }): Item => ({ value: name, detail: type, kind: 'device' }));
}

/** What lies below the part of a path that ends with a slash; the root's children where none does. */
export async function qomPaths(world: World, typed: string): Promise<Item[]> {
  const folder = typed.slice(0, typed.lastIndexOf('/') + 1) || '/';
  const rows = await children(folder === '/' ? '/' : folder.slice(0, -1), world);
  return rows.map(({ name, type }): Item => ({ value: folder + name, detail: type, kind: 'value', suffix: '' }));
}

/** The properties of the object whose path is given already. */
export async function qomProperties(world: World, slot: Slot): Promise<Item[]> {
  if (slot.owner === undefined) return [];
  const rows = asRows(await world.ask('qom-list', { path: slot.owner }));
  return rows.filter(({ type }) => !childType.test(text(type))).map(({ name, type }): Item => ({ value: text(name), detail: text(type), kind: 'value' }));
}

/** The types that the far end knows: all, or those of guest devices that can be plugged in. */
export async function qomTypes(world: World, implementing?: string): Promise<Item[]> {
  const rows = asRows(await world.ask('qom-list-types', { ...(implementing !== undefined && { implements: implementing }), abstract: false }));
  return rows.map(({ name, parent }): Item => ({ value: text(name), detail: text(parent), kind: 'enum' }));
}

/** The properties of a type of guest device, with what they take. */
export async function deviceProperties(world: World, type: string): Promise<Item[]> {
  const rows = asRows(await world.ask('device-list-properties', { typename: type }));
  return rows.map((row): Item => ({ value: text(row.name), detail: propertyWords(row), kind: 'key', order: 2 }));
}

/** Character devices. */
export async function chardevs(world: World): Promise<Item[]> {
  return asRows(await world.ask('query-chardev')).map(({ label, filename }): Item => ({ value: text(label), detail: text(filename), kind: 'value' }));
}

const childType = /^child<(.*)>$/;

async function children(path: string, world: World): Promise<{ readonly name: string; readonly type: string }[]> {
  return asRows(await world.ask('qom-list', { path })).flatMap(({ name, type }) => {
    const kind = childType.exec(text(type))?.[1];
    return kind === undefined ? [] : [{ name: text(name), type: kind }];
  });
}

function propertyWords({ type, description, 'default-value': value }: Row): string {
  const words = [text(type), ...(description === undefined ? [] : [text(description)])].join(': ');
  return ['string', 'number', 'boolean'].includes(typeof value) ? `${words}, default ${String(value)}` : words;
}

function asRows(answer: unknown): readonly Row[] {
  return Array.isArray(answer) ? answer as Row[] : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
