import { defineEvent } from '../define-event.ts';
import { acpiOSTInfo } from '../types/memory-info.ts';

export default defineEvent({
  name: 'ACPI_DEVICE_OST',
  doc: 'the guest reported on a slot',
  since: '2.1',
  data: { info: acpiOSTInfo },
});
