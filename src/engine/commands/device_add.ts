import { propertyText, propertyTexts } from '../../machine/device-properties.ts';
import { plugDevice } from '../../machine/plug-device.ts';
import { checkIdentifier } from '../../qapi/check-identifier.ts';
import { described, openStruct, str } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'device_add',
  doc: 'plugs a guest device in. Its properties are further arguments',
  since: '0.13',
  data: openStruct('', {
    driver: described(str, 'type of the device'),
    '*bus': described(str, 'bus to plug it into'),
    '*id': described(str, 'name of the new device'),
  }),
  normalize: (args) => ({ ...args, driver: propertyText(args.driver), bus: propertyText(args.bus), id: textOfId(args.id) }),
  run: (args, engine) => {
    const { driver, bus, id } = args;
    if (id !== undefined) checkIdentifier(id);
    plugDevice({ driver, bus, id, properties: propertyTexts(args) }, engine);
  },
});

/** QEMU takes an id that is no text for none. */
const textOfId = (id: unknown): string | undefined => (typeof id === 'string' ? id : undefined);
