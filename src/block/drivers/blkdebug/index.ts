import { blockdevOptionsBlkdebug } from '../../../qapi/types/blkdebug-options.ts';
import { withoutChildren } from '../../child-options.ts';
import { PERMISSIONS } from '../../permissions.ts';
import { readConfigFile } from './config-file.ts';
import { BlkdebugImage } from './image.ts';
import { parseLimits } from './limits.ts';
import { Rules } from './rules.ts';
import type { RuleOptions } from './config-file.ts';
import type { InjectError, IoType, SetState } from './rules.ts';
import type { Int } from '../../../qapi/schema.ts';
import type { BlockDriver, BlockIo } from '../../driver.ts';
import type { Permission } from '../../permissions.ts';

interface BlkdebugOptions {
  readonly config?: string;
  readonly 'inject-error'?: readonly RuleOptions[];
  readonly 'set-state'?: readonly RuleOptions[];
  readonly 'take-child-perms'?: readonly string[];
  readonly 'unshare-child-perms'?: readonly string[];
  readonly [limit: string]: unknown;
}

const EIO = 5;
const BY_DEFAULT: readonly IoType[] = ['read', 'write', 'write-zeroes', 'discard', 'flush'];

const blkdebug: BlockDriver<BlkdebugOptions> = {
  name: 'blkdebug',
  role: 'filter',
  doc: 'lets requests fail or stop where rules and breakpoints say so',
  options: withoutChildren(blockdevOptionsBlkdebug.members),
  children: [{ name: 'image' }],
  passesThrough: true,
  reopens: [],
  access: (options) => ({ needs: permissionsOf(options['take-child-perms']), unshares: permissionsOf(options['unshare-child-perms']) }),
  filters: 'image',
  filenameOf: ({ config, ...others }, { image }) => {
    const isNamed = image !== undefined && Object.keys(others).every((name) => name.endsWith('-child-perms'));
    return isNamed ? `blkdebug:${config ?? ''}:${image}` : undefined;
  },
  open: async ({ options, children }) => {
    const configured = options.config === undefined ? undefined : await readConfigFile(options.config);
    const injections = [...configured?.['inject-error'] ?? [], ...options['inject-error'] ?? []].map(injectionOf);
    const transitions = [...configured?.['set-state'] ?? [], ...options['set-state'] ?? []].map(transitionOf);
    const limits = parseLimits(options);
    return new BlkdebugImage(children.image as BlockIo, new Rules(injections, transitions), limits);
  },
};

function permissionsOf(names: readonly string[] = []): Permission[] {
  return PERMISSIONS.filter((permission) => names.includes(permission.replace(' ', '-')));
}

function injectionOf(rule: RuleOptions): InjectError {
  const sector = rule.sector === undefined ? -1 : Number(BigInt.asIntN(64, BigInt(rule.sector as Int)));
  return {
    event: rule.event as InjectError['event'],
    state: toInt(rule.state, 0),
    ioTypes: new Set(rule.iotype === undefined ? BY_DEFAULT : [rule.iotype as IoType]),
    errno: toInt(rule.errno, EIO),
    ...(sector !== -1 && { sector }),
    once: rule.once === true,
    immediately: rule.immediately === true,
  };
}

function transitionOf(rule: RuleOptions): SetState {
  return { event: rule.event as SetState['event'], state: toInt(rule.state, 0), newState: toInt(rule.new_state, 0) };
}

/** QEMU keeps such numbers in 32 bits, whatever was given. */
function toInt(value: unknown, otherwise: number): number {
  return value === undefined ? otherwise : Number(BigInt.asIntN(32, BigInt(value as Int)));
}

export default blkdebug;
