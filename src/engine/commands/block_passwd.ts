import { QapiError } from '../../qapi/qapi-error.ts';
import { described, naming, str } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

/** No image that this engine opens is encrypted: a password is refused in the words of QEMU 2.9, which had the command last. */
export default defineCommand({
  name: 'block_passwd',
  doc: 'set the password of an encrypted image',
  since: '0.14',
  data: {
    '*device': described(naming('device'), 'device (or say node-name)'),
    '*node-name': naming('node'),
    password: described(str, 'the password'),
  },
  run: ({ device, 'node-name': nodeName }, { graph }) => {
    throw new QapiError(`Node '${graph.lookUp(device, nodeName).deviceOrNodeName}' is not encrypted`);
  },
});
