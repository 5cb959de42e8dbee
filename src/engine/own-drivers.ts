import { drivers } from '../block/drivers.ts';
import { enumeration, union } from '../qapi/schema.ts';
import type { Members } from '../qapi/schema.ts';
import { blockdevDriver, blockdevOptions } from '../qapi/types/blockdev-options.ts';
import type { BlockdevOptions } from '../qapi/types/blockdev-options.ts';

/** The drivers of the vocabulary that this engine has. */
const ownDrivers = enumeration(blockdevDriver.name, blockdevDriver.values.filter((name) => drivers.has(name)));

/** BlockdevOptions of this engine's drivers, with more members that all of them have. */
export const ownBlockdevOptions = <More extends object = object>(more: Members = {}) => union<BlockdevOptions & More>({
  ...blockdevOptions,
  base: { ...blockdevOptions.base, driver: ownDrivers, ...more },
  branches: Object.fromEntries(Object.entries(blockdevOptions.branches).filter(([name]) => drivers.has(name))),
});
