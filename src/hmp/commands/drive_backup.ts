import { jobRoot } from '../block-names.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'drive_backup',
  args: 'reuse:-n,full:-f,compress:-c,device:B,target:s,format:s?',
  usage: '[-n] [-f] [-c] device target [format]',
  doc: 'copy a device, as it is now, to a new image, as a job; -n: into an image that exists; -f: all of it; -c: compressed',
  needs: ['drive-backup'],
  completes: { device: { names: ['device-or-node', 'qdev'] }, target: { names: ['file'] }, format: { names: ['format'] } },
  request: async ({ reuse, full, compress, device, target, format }, { names }) => ({
    command: 'drive-backup',
    args: {
      ...await jobRoot(device, names), target, ...(format !== undefined && { format }),
      sync: full ? 'full' : 'top', mode: reuse ? 'existing' : 'absolute-paths', ...(compress && { compress }),
    },
  }),
});
