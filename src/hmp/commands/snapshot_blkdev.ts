import { QapiError } from '../../qapi/qapi-error.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'snapshot_blkdev',
  args: 'reuse:-n,device:B,snapshot-file:s?,format:s?',
  usage: '[-n] device [new-image-file] [format]',
  doc: 'put a new overlay on a device; -n: one that exists',
  needs: ['blockdev-snapshot-sync'],
  completes: { 'snapshot-file': { names: ['file'] }, format: { names: ['format'] } },
  request: ({ reuse, device, 'snapshot-file': file, format }) => {
    if (file === undefined) throw new QapiError('Parameter \'snapshot-file\' is missing');
    const mode = reuse ? 'existing' : 'absolute-paths';
    return { command: 'blockdev-snapshot-sync', args: { device, 'snapshot-file': file, ...(format !== undefined && { format }), mode } };
  },
});
