import type { Breakpoints } from '../../block/driver.ts';
import { strerror } from '../../block/errnos.ts';
import type { BlockNode } from '../../block/node.ts';
import { blkdebugEvent } from '../../qapi/types/blkdebug-options.ts';
import type { BlkdebugEvent } from '../../qapi/types/blkdebug-options.ts';
import type { IoCommand } from './io-command.ts';
import type { IoTarget } from './io-target.ts';

const tagged = { usage: 'tag', flags: '', words: [1, 1] as const };

export const debugCommands: readonly IoCommand[] = [
  {
    name: 'break', usage: 'event tag', flags: '', words: [2, 2], doc: 'stop the next request that comes to the event',
    run: async ({ words: [event = '', tag = ''] }, target) => {
      const breakpoints = find(target);
      if (breakpoints === undefined) return failure('set breakpoint', 'ENOTSUP');
      if (!isEvent(event)) return failure('set breakpoint', 'ENOENT');
      breakpoints.set(event, tag);
      return '';
    },
  },
  {
    name: 'remove_break', ...tagged, doc: 'forget a breakpoint and let go on what it has stopped',
    run: async ({ words: [tag = ''] }, target) => {
      const breakpoints = find(target);
      if (breakpoints === undefined) return failure(`remove breakpoint ${tag}`, 'ENOTSUP');
      return breakpoints.remove(tag) ? '' : failure(`remove breakpoint ${tag}`, 'ENOENT');
    },
  },
  {
    name: 'resume', ...tagged, doc: 'let a stopped request go on',
    run: async ({ words: [tag = ''] }, target) => {
      const breakpoints = find(target);
      if (breakpoints === undefined) return failure('resume request', 'ENOTSUP');
      return breakpoints.resume(tag) ? '' : failure('resume request', 'ENOENT');
    },
  },
  {
    name: 'wait_break', ...tagged, doc: 'wait until a request is stopped',
    // QEMU waits for ever where there is nothing that could stop.
    run: async ({ words: [tag = ''] }, target) => {
      const breakpoints = find(target);
      if (breakpoints === undefined) return failure('wait for breakpoint', 'ENOTSUP');
      if (!breakpoints.has(tag) && !breakpoints.isStopped(tag)) return failure('wait for breakpoint', 'ENOENT');
      await breakpoints.stopped(tag);
      return '';
    },
  },
];

/** The nearest image below that has breakpoints. */
function find({ node }: IoTarget): Breakpoints | undefined {
  for (let at: BlockNode | undefined = node; at !== undefined; at = at.filtered ?? at.file) {
    if (at.image.breakpoints !== undefined) return at.image.breakpoints;
  }
  return undefined;
}

function isEvent(name: string): name is BlkdebugEvent {
  return blkdebugEvent.values.includes(name as BlkdebugEvent);
}

function failure(what: string, code: string): string {
  return `Could not ${what}: ${strerror(code)}\n`;
}
