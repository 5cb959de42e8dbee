import { described, naming } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';
import { addDrive, checkDriveName } from '../monitor-drive.ts';
import { ownBlockdevOptions } from '../own-drivers.ts';

/**
 * A root node without a name gets a generated one, as in the older documentation's first example;
 * QEMU since 2.9 refuses it.
 */
export default defineCommand({
  name: 'blockdev-add',
  doc: 'open an image and make a node of it, or with id a drive',
  since: '1.7',
  data: ownBlockdevOptions<{ id?: string }>({ '*id': described(naming('device'), 'make a drive of this name, as up to 2.7') }),
  normalize: (args) => withoutWriteback(isNested(args) ? args.options : args),
  run: async ({ id, ...options }, engine) => {
    if (id !== undefined) checkDriveName(id, engine);
    const node = await engine.graph.open(options);
    if (id === undefined) {
      engine.monitorNodes.add(node);
      return;
    }
    try {
      addDrive(id, node, engine);
    } finally {
      await engine.graph.release(node);
    }
  },
});

type Options = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Options => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The shape up to 2.8: everything under `options`. */
function isNested(args: Options): args is { options: Options } {
  return isObject(args.options) && !('driver' in args);
}

/** Nodes are always write-back; the member was the drive's own, up to 2.7. */
function withoutWriteback(options: Options): Options {
  if (!isObject(options.cache) || typeof options.cache.writeback !== 'boolean') return options;
  return { ...options, cache: { ...options.cache, writeback: undefined } };
}
