import { QapiError } from '../../../qapi/qapi-error.ts';
import { blockdevOptionsQuorum } from '../../../qapi/types/blkdebug-options.ts';
import { withoutChildren } from '../../child-options.ts';
import { QuorumImage } from './image.ts';
import { Votes } from './votes.ts';
import type { Int } from '../../../qapi/schema.ts';
import type { BlockDriver } from '../../driver.ts';

interface QuorumOptions {
  readonly 'vote-threshold': Int;
  readonly blkverify?: boolean;
  readonly 'rewrite-corrupted'?: boolean;
  readonly 'read-pattern'?: 'quorum' | 'fifo';
}

const quorum: BlockDriver<QuorumOptions> = {
  name: 'quorum',
  role: 'format',
  doc: 'several copies of one disk; what most of them say counts',
  options: withoutChildren(blockdevOptionsQuorum.members),
  children: [{ name: 'children', isList: true }],
  passesThrough: true,
  access: (options) => ({ needs: options['rewrite-corrupted'] === true ? ['write'] : [], unshares: ['write', 'resize'] }),
  open: async ({ options, children }) => {
    const threshold = Number(options['vote-threshold']);
    const isFifo = options['read-pattern'] === 'fifo';
    const mode = isFifo ? 'fifo' : options.blkverify === true ? 'blkverify' : 'quorum';
    const count = Object.keys(children).length;
    check(options, threshold, count);
    const image = new QuorumImage(new Map(Object.entries(children)), new Votes(threshold), {
      mode, rewrites: !isFifo && options['rewrite-corrupted'] === true,
    });
    image.checkLengths();
    return image;
  },
};

function check(options: QuorumOptions, threshold: number, count: number): void {
  if (count < 1) throw new QapiError('Number of provided children must be 1 or more');
  if (threshold < 1) throw new QapiError("Parameter 'vote-threshold' expects a value >= 1");
  if (threshold > count) throw new QapiError('threshold may not exceed children count');
  if (options['read-pattern'] === 'fifo' || options.blkverify !== true) return;
  if (threshold !== 2 || count !== 2) {
    throw new QapiError('blkverify=on can only be set if there are exactly two files and vote-threshold is 2');
  }
  if (options['rewrite-corrupted'] === true) throw new QapiError('rewrite-corrupted=on cannot be used with blkverify=on');
}

export default quorum;
