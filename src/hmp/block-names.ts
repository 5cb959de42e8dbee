import type { BlockDeviceInfo } from '../qapi/types/block-device-info.ts';
import type { BlockInfo } from '../qapi/types/block-info.ts';

/** What a name stands for: a device, with or without a name and a medium, or a node that no device shows. */
export interface BlockTarget {
  /** The drive's name, '' when it has none or there is no device. */
  readonly device: string;
  readonly qdev?: string;
  readonly node?: string;
  readonly inserted?: BlockDeviceInfo;
}

/** Finds what people mean by a name: drive, node, id of a guest device or QOM path, in this order. */
export interface BlockNames {
  find(name: string): Promise<BlockTarget | undefined>;
}

/** Where the names come from: the far end's answers, or what is known of it already. */
export interface BlockRows {
  block(): Promise<readonly BlockInfo[]>;
  nodes(): Promise<readonly BlockDeviceInfo[]>;
}

/** Nodes are asked for only when no device has the name. */
export function createBlockNames(rows: BlockRows): BlockNames {
  return {
    find: async (name) => {
      if (name === '') return undefined;
      const block = await rows.block();
      const shown = block.find((row) => row.device === name) ?? block.find((row) => row.inserted?.['node-name'] === name);
      if (shown !== undefined) return targetOf(shown);
      const inserted = (await rows.nodes()).find((row) => row['node-name'] === name);
      if (inserted !== undefined) return { device: '', node: name, inserted };
      const attached = block.find(({ qdev }) => qdev !== undefined && isSameDevice(qdev, name));
      return attached && targetOf(attached);
    },
  };
}

function targetOf({ device, qdev, inserted }: BlockInfo): BlockTarget {
  const node = inserted?.['node-name'];
  return { device, ...(qdev && { qdev }), ...(node && { node }), ...(inserted && { inserted }) };
}

const PERIPHERAL = '/machine/peripheral/';

/** Whether a path in the machine is that of a name. A device with an id lies at a path of that id; of some devices a part below it has the drive (`vd0/virtio-backend`). */
export function isSameDevice(qdev: string, name: string): boolean {
  const [path, wanted] = [qdev, name].map((one) => (one.startsWith('/') ? one : PERIPHERAL + one)) as [string, string];
  return path === wanted || path.startsWith(`${wanted}/`);
}

type Names = Readonly<Record<string, string>>;

/** For commands about a guest device: its drive's name, or the device itself where that was named or the drive has no name. An unknown name is for the far end to refuse. */
export async function deviceOrId(name: string, names: BlockNames, unknownAs: 'device' | 'id' = 'device'): Promise<Names> {
  const { device = '', node, qdev } = await names.find(name) ?? {};
  if (device !== '' && (device === name || node === name || qdev === undefined)) return { device };
  return qdev === undefined ? { [unknownAs]: name } : { id: qdev };
}

/** For commands about a node, which a drive's name may stand for. */
export async function deviceOrNode(name: string, names: BlockNames): Promise<Names> {
  const target = await names.find(name);
  if (target === undefined || target.device === name) return { device: name };
  return target.node === undefined ? { device: target.device || name } : { 'node-name': target.node };
}

/** For commands whose `device` takes a node's name as well. */
export async function rootOf(name: string, names: BlockNames): Promise<string> {
  const target = await names.find(name);
  if (target === undefined || target.device === name || target.node === name) return name;
  return target.device || (target.node ?? name);
}

/** For jobs on such a root: without a drive's name, which is the usual job id, one is made of another name. */
export async function jobRoot(name: string, names: BlockNames): Promise<{ readonly device: string; readonly 'job-id'?: string }> {
  const [device, target] = [await rootOf(name, names), await names.find(name)];
  return target === undefined || target.device !== '' ? { device } : { device, 'job-id': jobIdOf(target) };
}

/** The id that a job on a device or node gets when nobody gives one. */
export function jobIdOf({ device, qdev, node = '' }: BlockTarget): string {
  if (device !== '') return device;
  const name = qdev?.replace(PERIPHERAL, '').replace(/\/.*backend$/, '') ?? node;
  const wellFormed = name.replace(/^[^A-Za-z]+/, '').replaceAll(/[^-.\w]+/g, '-').replace(/-+$/, '');
  return wellFormed === '' ? 'job' : wellFormed;
}

/** Whether a name can be a job's id: generated node names cannot. */
export function isJobId(name: string): boolean {
  return /^[A-Za-z][-.\w]*$/.test(name);
}
