import { drivers } from '../../block/drivers.ts';
import { described, enumeration, naming, union } from '../../qapi/schema.ts';
import { blockdevDriver, blockdevOptions } from '../../qapi/types/blockdev-options.ts';
import type { BlockdevOptions } from '../../qapi/types/blockdev-options.ts';
import { defineCommand } from '../define-command.ts';
import { addDrive, checkDriveName } from '../monitor-drive.ts';

/** The drivers of the vocabulary that this engine has. */
const ownDrivers = enumeration(blockdevDriver.name, blockdevDriver.values.filter((name) => drivers.has(name)));

/**
 * A root node without a name gets a generated one, as in the older documentation's first example;
 * QEMU since 2.9 refuses it.
 */
export default defineCommand({
  name: 'blockdev-add',
  doc: 'open an image and make a node of it, or with id a drive',
  since: '1.7',
  data: union<BlockdevOptions & { id?: string }>({
    ...blockdevOptions,
    base: { ...blockdevOptions.base, driver: ownDrivers, '*id': described(naming('device'), 'make a drive of this name, as up to 2.7') },
    branches: Object.fromEntries(Object.entries(blockdevOptions.branches).filter(([name]) => drivers.has(name))),
  }),
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
