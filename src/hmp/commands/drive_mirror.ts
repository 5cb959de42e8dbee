import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'drive_mirror',
  args: 'reuse:-n,full:-f,device:B,target:s,format:s?',
  usage: '[-n] [-f] device target [format]',
  doc: 'copy a device to a new image and keep the two alike, as a job; -n: into an image that exists; -f: all of it',
  needs: ['drive-mirror'],
  completes: { target: { names: ['file'] }, format: { names: ['format'] } },
  request: ({ reuse, full, device, target, format }) => ({
    command: 'drive-mirror',
    args: {
      device, target, ...(format !== undefined && { format }),
      sync: full ? 'full' : 'top', mode: reuse ? 'existing' : 'absolute-paths', unmap: true,
    },
  }),
});
