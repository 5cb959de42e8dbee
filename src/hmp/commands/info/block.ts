import type { BlockDeviceInfo } from '../../../qapi/types/block-device-info.ts';
import type { BlockInfo } from '../../../qapi/types/block-info.ts';
import { defineHmpCommand } from '../../define-hmp-command.ts';
import { blockInfoText } from '../../text/block-info-text.ts';
import type { BlockEntry } from '../../text/block-info-text.ts';

export default defineHmpCommand({
  name: 'info block',
  args: 'nodes:-n,verbose:-v,device:B?',
  usage: '[-n] [-v] [device]',
  doc: 'show one block device or all; -n: nodes of the graph; -v: with the images of the chain',
  needs: ['query-block'],
  completes: { device: { names: ['device-or-node'] } },
  run: async ({ nodes, verbose, device }, { execute }) => {
    if (!nodes) {
      const blocks = (await execute('query-block')) as BlockInfo[];
      const entries = blocks.map((info) => ({ name: info.device, device: info, inserted: info.inserted }));
      const text = print(entries, device, verbose);
      if (device === undefined || text !== '') return text;
    }
    const named = (await execute('query-named-block-nodes')) as BlockDeviceInfo[];
    return print(named.map((inserted) => ({ name: inserted['node-name'] ?? '', inserted })), device, verbose);
  },
});

/** A blank line goes before every entry but the first of all, shown or not. */
function print(entries: readonly (BlockEntry & { readonly name: string })[], device: string | undefined, verbose: boolean): string {
  return entries
    .map((entry, index) => (device === undefined || entry.name === device ? `${index > 0 ? '\n' : ''}${blockInfoText(entry, verbose)}` : ''))
    .join('');
}
