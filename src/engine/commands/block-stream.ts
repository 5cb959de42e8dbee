import type { BlockNode } from '../../block/node.ts';
import { startStream } from '../../jobs/kinds/stream.ts';
import { QapiError } from '../../qapi/qapi-error.ts';
import { described, int, naming } from '../../qapi/schema.ts';
import { blockdevOnError } from '../../qapi/types/blockdev-enums.ts';
import { jobEnd, newJob } from '../../qapi/types/block-job-arguments.ts';
import { findBackingImage, findNode } from '../chain-names.ts';
import { defineCommand } from '../define-command.ts';
import type { Engine } from '../engine.ts';
import { jobRoot } from '../job-start.ts';

export default defineCommand({
  name: 'block-stream',
  doc: 'copy what lies in the backing images into the device, so that it no longer needs them',
  since: '1.1',
  data: {
    ...newJob,
    '*base': described(naming('backing-file'), 'backing image to keep, by file name'),
    '*base-node': described(naming('node'), 'backing image to keep, by node name'),
    '*bottom': described(naming('node'), 'last image to copy from; what lies below it is kept'),
    '*backing-file': described(naming('backing-file'), 'what to write into the device\'s image as its backing file'),
    '*speed': described(int, 'limit in bytes per second; 0 for none'),
    '*on-error': described(blockdevOnError, 'when a read fails'),
    ...jobEnd,
  },
  run: async (args, engine) => {
    const { node, id } = jobRoot(args, engine);
    const base = findBase(node, args, engine);
    for (const layer of [node, ...node.backingChain.slice(0, base && node.backingChain.indexOf(base))]) layer.checkNotBlocked('stream');
    if (base === undefined && args['backing-file'] !== undefined) {
      throw new QapiError('backing file specified, but streaming the entire chain');
    }
    await startStream(engine.jobs, {
      id, node, base, graph: engine.graph, backingFile: args['backing-file'], onError: args['on-error'],
      speed: Number(args.speed ?? 0), autoFinalize: args['auto-finalize'], autoDismiss: args['auto-dismiss'],
    });
  },
});

interface BaseArguments {
  readonly device: string;
  readonly base?: string | undefined;
  readonly 'base-node'?: string | undefined;
  readonly bottom?: string | undefined;
}

/** The backing image to keep. @throws QapiError when it is not in the chain */
function findBase(node: BlockNode, { device, base, 'base-node': baseNode, bottom }: BaseArguments, engine: Engine): BlockNode | undefined {
  const given = Object.entries({ base, bottom, 'base-node': baseNode }).filter(([, name]) => name !== undefined).map(([key]) => `'${key}'`);
  if (given.length > 1) throw new QapiError(`${given[0]} and ${given[1]} cannot be specified at the same time`);
  if (base !== undefined) {
    const found = findBackingImage(node, base);
    if (found === undefined) throw new QapiError(`Can't find '${base}' in the backing chain`);
    return found;
  }
  if (bottom !== undefined) return findBottom(node, { device, bottom }, engine).backing;
  if (baseNode === undefined) return undefined;
  const found = findNode(baseNode, engine);
  if (!node.backingChain.includes(found)) throw new QapiError(`Node '${baseNode}' is not a backing image of '${device}'`);
  return found;
}

function findBottom(node: BlockNode, { device, bottom }: { device: string; bottom: string }, engine: Engine): BlockNode {
  const found = findNode(bottom, engine);
  if (found !== node && !node.backingChain.includes(found)) throw new QapiError(`Node '${bottom}' is not in a chain starting from '${device}'`);
  return found;
}
