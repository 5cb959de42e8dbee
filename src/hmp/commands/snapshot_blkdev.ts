import { QapiError } from '../../qapi/qapi-error.ts';
import { deviceOrNode } from '../block-names.ts';
import type { BlockNames } from '../block-names.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'snapshot_blkdev',
  args: 'reuse:-n,device:B,snapshot-file:s?,format:s?',
  usage: '[-n] device [new-image-file] [format]',
  doc: 'put a new overlay on a device; -n: one that exists',
  needs: ['blockdev-snapshot-sync'],
  completes: { 'device': { names: ['device-or-node', 'qdev'] }, 'snapshot-file': { names: ['file'] }, format: { names: ['format'] } },
  request: async ({ reuse, device, 'snapshot-file': file, format }, { names }) => {
    if (file === undefined) throw new QapiError('Parameter \'snapshot-file\' is missing');
    const below = await deviceOrNode(device, names);
    const overlay = below['node-name'] === undefined ? {} : { 'snapshot-node-name': await freeName(below['node-name'], names) };
    const mode = reuse ? 'existing' : 'absolute-paths';
    return {
      command: 'blockdev-snapshot-sync',
      args: { ...below, 'snapshot-file': file, ...overlay, ...(format !== undefined && { format }), mode },
    };
  },
});

const LONGEST_NODE_NAME = 31;

/** A node that is named as such gets an overlay with a name, which QEMU wants to be told. */
async function freeName(node: string, names: BlockNames): Promise<string> {
  const base = node.replace(/^[^A-Za-z]+/, '').slice(0, LONGEST_NODE_NAME - '-over99'.length);
  for (let number = 1; ; number++) {
    const name = `${base}-over${number}`;
    if (await names.find(name) === undefined) return name;
  }
}
