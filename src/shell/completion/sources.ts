import { canDo, jobState } from '../job-verbs.ts';
import { jobId, percentOf } from '../job-progress.ts';
import type { Snapshot } from '../live-state.ts';
import type { FarLookup } from '../far-lookup.ts';
import { chardevs, deviceProperties, objects, pluggedDevices, qomPaths, qomProperties, qomTypes } from './asked-sources.ts';
import { backingFiles, bitmaps, deviceDetail, exportDetail, nodeDetail, sharedSnapshots, snapshotIds, snapshots, throttleGroups } from './block-rows.ts';
import type { Item } from './item.ts';
import type { Slot, Wanted } from './slot.ts';

type Row = Readonly<Record<string, unknown>>;

/** A monitor that can be connected to, and a few words about it. */
export interface MonitorPlace {
  readonly address: string;
  readonly detail: string;
}

/** What the sources look at. */
export interface World {
  readonly snapshot: Snapshot;
  /** Image formats that the far end can write. */
  readonly formats: readonly string[];
  readonly commandNames: readonly string[];
  listFiles(typed: string): Promise<Item[]>;
  /** The monitors that one could connect to. */
  listMonitors(): Promise<readonly MonitorPlace[]>;
  /** For what the snapshot does not hold. */
  readonly ask: FarLookup;
}

/** Everything that fits a slot. Only file names, and lists that are seldom wanted, are waited for. */
export async function itemsOf(slot: Slot, world: World, typed: string): Promise<Item[]> {
  const words = slot.words ?? [];
  const items: Item[] = words.map((value) => ({ value, kind: slot.isBoolean ? 'value' : 'enum', ...(slot.goesOn && { suffix: '' }) }));
  for (const [index, thing] of (slot.completes ?? []).entries()) {
    const found = await sources[thing](world, slot, typed);
    // Where a device may go by several names, the ids of guest devices come last.
    items.push(...index > 0 && thing === 'qdev' ? found.map((item) => ({ ...item, order: (item.order ?? 0) + 4 })) : found);
  }
  return items;
}

type Source = (world: World, slot: Slot, typed: string) => Item[] | Promise<Item[]>;

const sources: Readonly<Record<Wanted, Source>> = {
  device: (world, slot) => devices(world, slot),
  node: (world) => nodes(world),
  'device-or-node': (world, slot) => {
    const found = devices(world, slot);
    const taken = new Set(found.map(({ value }) => value));
    return found.concat(nodes(world, 1).filter(({ value }) => !taken.has(value)));
  },
  qdev: async (world, slot) => unique([...qdevs(world, slot), ...(slot.removableFirst ? [] : await pluggedDevices(world))]),
  job: (world, slot) => jobs(world, slot),
  file: (world, _slot, typed) => world.listFiles(typed),
  format: (world) => world.formats.map((value) => ({ value, kind: 'enum' })),
  'backing-file': (world, slot) => backingFiles(rowsOf(world, slot.owner)),
  bitmap: (world, slot) => bitmaps(rowsOf(world, slot.owner)),
  snapshot: (world, slot) => snapshots(rowsOf(world, slot.owner)),
  command: (world) => world.commandNames.map((value) => ({ value, kind: 'command' })),
  export: ({ snapshot: { exports = [] } }, slot) => exports.filter(({ type }) => !slot.isNbd || type === 'nbd')
    .map((row) => ({ value: text(row.id), detail: exportDetail(row), kind: 'value' })),
  'snapshot-id': (world, slot) => snapshotIds(rowsOf(world, slot.owner)),
  object: (world) => objects(world),
  iothread: (world) => objects(world, /^iothread$/),
  'throttle-group': async (world) => unique([...await objects(world, /^throttle-group$/), ...throttleGroups(world.snapshot.block)]),
  secret: (world) => objects(world, /^secret/),
  'qom-path': (world, _slot, typed) => qomPaths(world, typed),
  'qom-property': (world, slot) => qomProperties(world, slot),
  'qom-type': (world) => qomTypes(world),
  'device-type': (world) => qomTypes(world, 'device'),
  'device-property': (world, slot) => (slot.owner === undefined ? [] : deviceProperties(world, slot.owner)),
  'machine-snapshot': ({ snapshot: { block } }) => sharedSnapshots(block.map(({ inserted }) => inserted).filter((row) => row !== undefined) as Row[]),
  chardev: (world) => chardevs(world),
  'monitor-address': async (world) => (await world.listMonitors()).map(({ address, detail }) => ({ value: address, detail, kind: 'value' })),
};

function unique(items: readonly Item[]): Item[] {
  return [...new Map(items.toReversed().map((item) => [item.value, item])).values()].toReversed();
}

function devices({ snapshot }: World, slot: Slot): Item[] {
  const items: Item[] = [];
  for (const row of snapshot.block) {
    const value = text(row.device) || text(row.qdev);
    if (value !== '') items.push({ value, detail: () => deviceDetail(row), kind: 'device', order: slot.removableFirst && row.removable !== true ? 1 : 0 });
  }
  return items;
}

/** Generated names come after given ones. */
function nodes({ snapshot }: World, order = 0): Item[] {
  return snapshot.nodes.map((row) => {
    const value = text(row['node-name']);
    return { value, detail: () => nodeDetail(row), kind: 'node', order: value.startsWith('#') ? order + 2 : order };
  });
}

/** QOM paths, and the short id of a device whose own path holds the drive. */
function qdevs({ snapshot }: World, slot: Slot): Item[] {
  return snapshot.block.flatMap((row): Item[] => {
    const path = text(row.qdev);
    if (path === '') return [];
    const value = /^\/machine\/peripheral\/([^/]+)$/.exec(path)?.[1] ?? path;
    return [{ value, detail: () => deviceDetail(row), kind: 'device', order: slot.removableFirst && row.removable !== true ? 1 : 0 }];
  });
}

function jobs({ snapshot }: World, slot: Slot): Item[] {
  const fitting = slot.verb === undefined ? snapshot.jobs : snapshot.jobs.filter((row) => canDo(row, slot.verb!));
  return fitting.map((row) => {
    const percent = percentOf(Number(row.offset), Number(row.len));
    const parts = [text(row.type), ...(percent === undefined ? [] : [`${percent} %`]), jobState(row)];
    return { value: jobId(row), detail: parts.join(', '), kind: 'job' };
  });
}

/** The descriptions of the device or node called `owner`; of all devices when none is named yet. */
function rowsOf({ snapshot }: World, owner: string | undefined): Row[] {
  const inserted = snapshot.block.filter((row) => owner === undefined || row.device === owner || row.qdev === owner)
    .map((row) => row.inserted).filter((row) => row !== undefined && row !== null) as Row[];
  return owner === undefined || inserted.length > 0 ? inserted : snapshot.nodes.filter((row) => row['node-name'] === owner);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
