import { QapiError } from '../qapi/qapi-error.ts';
import type { ChangingChildren } from './driver.ts';
import type { BlockNode } from './node.ts';

/** @throws QapiError in QEMU's words when the node cannot become a child; else what adds it */
export function checkAddChild(parent: BlockNode, child: BlockNode): ChangingChildren {
  const { changingChildren } = parent.image;
  if (changingChildren === undefined) throw new QapiError(`The node ${parent.deviceOrNodeName} does not support adding a child`);
  if (child.parents.size > 0) throw new QapiError(`The node ${child.name} already has a parent`);
  changingChildren.checkAdd();
  if (isBelow(child, parent)) {
    throw new QapiError(`Making '${child.name}' a ${changingChildren.nextName} child of '${parent.name}' would create a cycle`);
  }
  return changingChildren;
}

/** @throws QapiError in QEMU's words when the child cannot be taken away; else what removes it */
export function checkRemoveChild(parent: BlockNode): ChangingChildren {
  const { changingChildren } = parent.image;
  if (changingChildren === undefined) throw new QapiError(`The node ${parent.deviceOrNodeName} does not support removing a child`);
  changingChildren.checkRemove();
  return changingChildren;
}

/** Whether `node` is `top` or lies below it. */
function isBelow(top: BlockNode, node: BlockNode): boolean {
  return top === node || [...top.children.values()].some((child) => isBelow(child, node));
}
