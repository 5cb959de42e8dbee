import { QapiError } from '../qapi/qapi-error.ts';
import type { Engine } from './engine.ts';

/** Deletes a node of blockdev-add. @throws QapiError when there is none, or it is in use, or not the client's to delete */
export async function deleteNode(name: string, { graph, monitorNodes }: Engine): Promise<void> {
  const node = graph.find(name);
  if (node === undefined) throw new QapiError(`Failed to find node with node-name='${name}'`);
  // As a root it is held by devices, exports, and jobs that write to it.
  if ([...node.claims.values()].some(({ role }) => role === 'root')) throw new QapiError(`Node ${name} is in use`);
  node.checkNotBlocked('drive-del');
  if (!monitorNodes.has(node)) throw new QapiError(`Node ${name} is not owned by the monitor`);
  if (node.references > 1) throw new QapiError(`Block device ${node.deviceOrNodeName} is in use`);
  monitorNodes.remove(node);
  await graph.release(node);
}
