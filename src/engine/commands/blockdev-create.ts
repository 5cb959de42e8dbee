import { findCreateBlockdev } from '../../block/create-blockdev.ts';
import { startCreate } from '../../jobs/kinds/create.ts';
import { described, str } from '../../qapi/schema.ts';
import { blockdevCreateOptions } from '../../qapi/types/blockdev-create-options.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'blockdev-create',
  doc: 'make an image, as a job that stays until it is dismissed',
  since: '3.0',
  data: {
    'job-id': described(str, 'name of the new job'),
    options: described(blockdevCreateOptions, 'what to make'),
  },
  run: async ({ 'job-id': id, options }, { graph, jobs }) => {
    const create = await findCreateBlockdev(options.driver);
    await startCreate(jobs, { id, create: () => create(options, graph) });
  },
});
