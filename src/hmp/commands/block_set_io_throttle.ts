import { deviceOrId } from '../block-names.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'block_set_io_throttle',
  args: 'device:B,bps:l,bps_rd:l,bps_wr:l,iops:l,iops_rd:l,iops_wr:l',
  usage: 'device bps bps_rd bps_wr iops iops_rd iops_wr',
  doc: 'limit the throughput of a device; 0 is no limit, the numbers may be expressions',
  needs: ['block_set_io_throttle', 'query-block'],
  completes: { device: { names: ['device', 'qdev'] } },
  request: async ({ device, ...limits }, { names }) => ({
    command: 'block_set_io_throttle', args: { ...await deviceOrId(device, names, 'id'), ...limits },
  }),
});
