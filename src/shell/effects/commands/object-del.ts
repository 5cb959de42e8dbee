import { change, defineEffect, refusal } from '../effect.ts';
import { driveName, object, textOf } from '../live-facts.ts';

export default defineEffect({
  name: 'object-del',
  describe: ({ id }, { block }) => {
    const name = textOf(id);
    const throttled = block.filter(({ inserted }) => name !== '' && object(inserted).group === name).map(driveName);
    if (throttled.length > 0) return refusal(`${name} throttles ${throttled.join(', ')}`);
    return change(`deletes the object ${name}; refused as long as something uses it`, name);
  },
});
