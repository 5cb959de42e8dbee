import { jobRoot } from '../block-names.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'drive_mirror',
  args: 'reuse:-n,full:-f,device:B,target:s,format:s?',
  usage: '[-n] [-f] device target [format]',
  doc: 'copy a device to a new image and keep the two alike, as a job; -n: into an image that exists; -f: all of it',
  needs: ['drive-mirror'],
  completes: { device: { names: ['device-or-node', 'qdev'] }, target: { names: ['file'] }, format: { names: ['format'] } },
  request: async ({ reuse, full, device, target, format }, { names }) => ({
    command: 'drive-mirror',
    args: {
      ...await jobRoot(device, names), target, ...(format !== undefined && { format }),
      sync: full ? 'full' : 'top', mode: reuse ? 'existing' : 'absolute-paths', unmap: true,
    },
  }),
});
