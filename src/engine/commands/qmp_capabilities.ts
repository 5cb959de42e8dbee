import { described, enumeration, list } from '../../qapi/schema.ts';
import { QapiError } from '../../qapi/qapi-error.ts';
import { defineCommand } from '../define-command.ts';

/** A session answers this command itself while it negotiates; it arrives here only when that is over. */
export default defineCommand({
  name: 'qmp_capabilities',
  doc: 'end the negotiation that every QMP session begins with',
  since: '0.13',
  data: { '*enable': described(list(enumeration('QMPCapability', ['oob'])), 'capabilities to turn on') },
  preconfig: true,
  run: () => {
    throw new QapiError('Capabilities negotiation is already complete, command ignored', { class: 'CommandNotFound' });
  },
});
