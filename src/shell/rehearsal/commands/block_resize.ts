import { QapiError } from '../../../qapi/qapi-error.ts';
import { jobOn, lookUp, overlaysOf, withNodes } from '../block-state.ts';
import type { RehearsedCommand } from '../plan.ts';

interface ResizeArguments {
  readonly device?: string;
  readonly 'node-name'?: string;
  readonly size: number | bigint;
}

export default {
  name: 'block_resize',
  plan: async ({ device, 'node-name': nodeName, size }: ResizeArguments, { state }) => {
    const node = lookUp(state, device, nodeName);
    if (size < 0) throw new QapiError("Parameter 'size' expects a >0 size");
    if (jobOn(state, node) !== undefined || overlaysOf(state, node).length > 0) throw new QapiError(`Device '${device ?? nodeName}' is in use`);
    if (node.readOnly) throw new QapiError('Image is read-only');
    const wanted = Number(size);
    if (node.driver === 'qcow2' && wanted % 512 !== 0) throw new QapiError('The new size must be a multiple of 512');
    const change = wanted - node.size;
    const note = change === 0 ? 'the size stays as it is' : change > 0
      ? `grows by ${change} bytes, which read as zero` : `SHRINKS by ${-change} bytes, which are lost`;
    return { after: withNodes(state, { ...node, size: wanted }), touches: [node.name], notes: [note] };
  },
} satisfies RehearsedCommand<ResizeArguments>;
