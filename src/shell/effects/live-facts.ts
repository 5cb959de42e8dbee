import { isSameDevice } from '../../hmp/block-names.ts';
import { formatSize } from '../../qapi/format-size.ts';
import { jobId } from '../job-progress.ts';
import type { Snapshot } from '../live-state.ts';
import type { Arguments } from './effect.ts';

export type Row = Readonly<Record<string, unknown>>;

/** A drive that arguments name: its row of query-block, and what to call it. */
export interface Drive {
  readonly name: string;
  readonly row: Row;
  /** What is in it: BlockDeviceInfo. */
  readonly medium: Row | undefined;
}

/** The drive that `device` or `id` names; a node's name counts as well where it is the drive's medium. */
export function findDrive({ device, id }: Arguments, { block }: Snapshot): Drive | undefined {
  const row = block.find((one) => isText(device) && device !== '' && one.device === device)
    ?? block.find((one) => isText(id) && isText(one.qdev) && isSameDevice(one.qdev, id))
    ?? block.find((one) => isText(device) && device !== '' && nodeName(object(one.inserted)) === device);
  if (row === undefined) return undefined;
  return { name: driveName(row), row, medium: row.inserted === undefined ? undefined : object(row.inserted) };
}

/** What people call the drive of a row of query-block: its name, else the id or path of its guest device. */
export function driveName({ device, qdev }: Row): string {
  if (isText(device) && device !== '') return device;
  return isText(qdev) ? /^\/machine\/peripheral\/([^/]+)/.exec(qdev)?.[1] ?? qdev : '';
}

/** The description (BlockDeviceInfo) of the node, or of the medium of the drive, of a name. */
export function findImage(name: unknown, live: Snapshot): Row | undefined {
  if (!isText(name) || name === '') return undefined;
  const medium = live.block.find(({ device }) => device === name)?.inserted;
  return medium === undefined ? live.nodes.find((row) => nodeName(row) === name) ?? mediumOf(name, live) : object(medium);
}

function mediumOf(node: string, live: Snapshot): Row | undefined {
  return live.block.map(({ inserted }) => object(inserted)).find((row) => nodeName(row) === node);
}

/** The job of an id. */
export function findJob(id: unknown, { jobs }: Snapshot): Row | undefined {
  return jobs.find((row) => jobId(row) === id);
}

/** The drives that have the node as their medium, by name. */
export function holdersOf(node: unknown, { block }: Snapshot): string[] {
  return block.filter(({ inserted }) => isText(node) && nodeName(object(inserted)) === node).map(driveName);
}

/** The nodes and jobs that the graph shows above a node. */
export function usersOf(node: string, { graph }: Snapshot): string[] {
  const parts = rows(object(graph).nodes);
  const child = parts.find((part) => part.type === 'block-driver' && part.name === node);
  const parents = rows(object(graph).edges).filter((edge) => child !== undefined && edge.child === child.id).map(({ parent }) => parent);
  return parts.filter(({ id, type }) => type !== 'block-backend' && parents.includes(id)).map(({ name }) => textOf(name));
}

/** The file of an image without its folder; what has no file is called by its driver. */
export function fileOf(image: Row): string {
  const file = textOf(image.file);
  return file === '' || file.startsWith('json:') ? textOf(image.drv) : file.slice(file.lastIndexOf('/') + 1);
}

/** Bytes that a guest sees, when the far end tells. */
export function virtualSize(image: Row): number | undefined {
  return countOf(object(image.image)['virtual-size']);
}

/** Bytes that the image's own file takes, those of its backing files not counted. */
export function allocated(image: Row): number | undefined {
  return countOf(object(image.image)['actual-size']);
}

/** 'the 8 GiB of disk.qcow2' and its like: a size in words, or 'an unknown size'. */
export function sizeText(bytes: number | undefined): string {
  return bytes === undefined ? 'an unknown size' : formatSize(bytes);
}

/** A byte or other count of the wire; undefined when it is none. */
export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
}

export function nodeName(row: Row): string {
  return textOf(row['node-name']);
}

export function textOf(value: unknown): string {
  return isText(value) ? value : '';
}

export function object(value: unknown): Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Row : {};
}

export function rows(value: unknown): readonly Row[] {
  return Array.isArray(value) ? value.map(object) : [];
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
