import { QapiError } from '../../../qapi/qapi-error.ts';
import { belowOf, chainOf, checkFree, findNode, findTop, withNodes } from '../block-state.ts';
import type { RehearsedCommand } from '../plan.ts';

interface ChangeArguments {
  readonly device: string;
  readonly 'image-node-name': string;
  readonly 'backing-file': string;
}

export default {
  name: 'change-backing-file',
  plan: async ({ device, 'image-node-name': name, 'backing-file': backingFile }: ChangeArguments, { state }) => {
    const top = findTop(state, device);
    const node = findNode(state, name);
    if (belowOf(state, node) === undefined) throw new QapiError('not allowing backing file change on an image without a backing file');
    checkFree(state, top);
    if (!chainOf(state, top.name).includes(node)) throw new QapiError(`'${device}' and image file are not in the same chain`);
    const after = withNodes(state, { ...node, storedBacking: backingFile === '' ? undefined : backingFile });
    return { after, touches: [node.name], notes: ['only the name in the image changes: what is open stays open'] };
  },
} satisfies RehearsedCommand<ChangeArguments>;
