import { blockdevOptionsThrottle } from '../../qapi/types/blockdev-format-options.ts';
import { QapiError } from '../../qapi/qapi-error.ts';
import { withoutChildren } from '../child-options.ts';
import { ThrottleImage } from '../throttle-image.ts';
import type { BlockDriver, BlockIo } from '../driver.ts';

interface ThrottleOptions {
  readonly 'throttle-group'?: string;
}

const throttle: BlockDriver<ThrottleOptions> = {
  name: 'throttle',
  role: 'filter',
  doc: 'lets requests pass as fast as a throttle group allows, which drives can share',
  options: withoutChildren(blockdevOptionsThrottle.members),
  children: [{ name: 'file' }],
  passesThrough: true,
  reopens: ['throttle-group'],
  filters: 'file',
  open: async ({ options, children, throttleGroups }) => {
    const name = options['throttle-group'];
    if (name === undefined) throw new QapiError('Please specify a throttle group');
    if (throttleGroups?.find(name) === undefined) throw new QapiError(`Throttle group '${name}' does not exist`);
    return new ThrottleImage(children.file as BlockIo, name, throttleGroups);
  },
};

export default throttle;
