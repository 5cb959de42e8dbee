import { defineEvent } from '../define-event.ts';
import { naming } from '../schema.ts';

export default defineEvent({
  name: 'BLOCK_EXPORT_DELETED',
  doc: 'an export is gone',
  since: '5.2',
  data: { id: naming('export') },
});
