import { described, int, list, naming } from '../../qapi/schema.ts';
import { inputEvent } from '../../qapi/types/input-event.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'input-send-event',
  doc: 'sends keys, buttons and movements to the guest',
  since: '2.6',
  data: {
    '*device': described(naming('qdev'), 'display device'),
    '*head': described(int, 'display head'),
    events: described(list(inputEvent), 'what happens, in order'),
  },
});
