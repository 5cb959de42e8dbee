import { checkArguments } from '../../qapi/check.ts';
import { QapiError } from '../../qapi/qapi-error.ts';
import { any, described, openStruct, str } from '../../qapi/schema.ts';
import { objectOptions } from '../../qapi/types/object-options.ts';
import { defineCommand } from '../define-command.ts';
import { addObject } from '../user-objects.ts';

/** The properties lie in `props`, as up to 5.2, or beside the name, as later. */
export default defineCommand({
  name: 'object-add',
  doc: 'make an object that others refer to: a secret, a throttle group, a thread',
  since: '2.0',
  data: openStruct('', {
    'qom-type': described(str, 'type of the object'),
    id: described(str, 'name of the new object'),
    '*props': described(any, 'its properties'),
  }),
  run: ({ props = {}, ...args }, engine) => {
    if (typeof props !== 'object' || props === null || Array.isArray(props)) {
      throw new QapiError("Invalid parameter type for 'props', expected: dict");
    }
    addObject(checkArguments(objectOptions, { ...args, ...props }), engine);
  },
});
