import { QapiError } from '../../../qapi/qapi-error.ts';
import type { BlockDeviceInfo } from '../../../qapi/types/block-device-info.ts';
import type { BlockInfo } from '../../../qapi/types/block-info.ts';
import { defineHmpCommand } from '../../define-hmp-command.ts';
import type { HmpMonitor } from '../../define-hmp-command.ts';
import { blockInfoText } from '../../text/block-info-text.ts';
import type { BlockEntry } from '../../text/block-info-text.ts';
import { blockTable } from '../../text/block-table.ts';

type NamedEntry = BlockEntry & { readonly name: string };

interface Asked {
  readonly nodes: boolean;
  readonly verbose: boolean;
  readonly device?: string;
}

export default defineHmpCommand({
  name: 'info block',
  args: 'nodes:-n,verbose:-v,device:B?',
  usage: '[-n] [-v] [device]',
  doc: 'show one block device or all; -n: nodes of the graph; -v: with the images of the chain',
  needs: ['query-block'],
  completes: { device: { names: ['device-or-node', 'qdev'] } },
  run: (asked, monitor) => (monitor.tables ? better(asked, monitor) : asQemu(asked, monitor)),
});

/** To QEMU a name is a drive's or a node's, and what is not found prints nothing. */
async function asQemu({ nodes, verbose, device }: Asked, monitor: HmpMonitor): Promise<string> {
  if (device !== undefined && !monitor.compat) return one(device, { nodes, verbose }, monitor);
  if (!nodes) {
    const text = print(await devices(monitor), device, verbose);
    if (device === undefined || text !== '') return text;
  }
  return print(await namedNodes(monitor), device, verbose);
}

/** A table of all, or what there is to say of one. */
async function better({ nodes, verbose, device }: Asked, monitor: HmpMonitor): Promise<string> {
  if (device !== undefined) return one(device, { nodes, verbose }, monitor);
  const all = nodes ? await namedNodes(monitor) : await devices(monitor);
  return verbose ? all.map((entry) => blockInfoText(entry, verbose)).join('\n') : blockTable(all);
}

/** @throws QapiError when there is no such thing */
async function one(name: string, { nodes, verbose }: Pick<Asked, 'nodes' | 'verbose'>, monitor: HmpMonitor): Promise<string> {
  const all = nodes ? [] : await devices(monitor);
  const target = await monitor.names.find(name);
  const entry = all.find(({ device }) => device !== undefined && device.device === target?.device && device.qdev === target.qdev)
    ?? all.find((other) => other.name === name)
    ?? (await namedNodes(monitor)).find((other) => other.name === (target?.node ?? name));
  if (entry === undefined) throw new QapiError(`There is no device or node '${name}'`, { class: 'DeviceNotFound' });
  return blockInfoText(entry, verbose);
}

async function devices({ execute }: HmpMonitor): Promise<NamedEntry[]> {
  return ((await execute('query-block')) as BlockInfo[]).map((info) => ({ name: info.device, device: info, inserted: info.inserted }));
}

async function namedNodes({ execute }: HmpMonitor): Promise<NamedEntry[]> {
  const nodes = (await execute('query-named-block-nodes')) as BlockDeviceInfo[];
  return nodes.map((inserted) => ({ name: inserted['node-name'] ?? '', inserted }));
}

/** A blank line goes before every entry but the first of all, shown or not. */
function print(entries: readonly NamedEntry[], device: string | undefined, verbose: boolean): string {
  return entries
    .map((entry, index) => (device === undefined || entry.name === device ? `${index > 0 ? '\n' : ''}${blockInfoText(entry, verbose)}` : ''))
    .join('');
}
