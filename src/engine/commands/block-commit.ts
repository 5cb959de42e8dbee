import { startActiveCommit } from '../../jobs/kinds/mirror.ts';
import { startCommit } from '../../jobs/kinds/commit.ts';
import { QapiError } from '../../qapi/qapi-error.ts';
import { described, int, naming, str } from '../../qapi/schema.ts';
import { jobEnd, newJob } from '../../qapi/types/block-job-arguments.ts';
import { blockdevOnError } from '../../qapi/types/blockdev-enums.ts';
import { findCommitRange } from '../commit-range.ts';
import { defineCommand } from '../define-command.ts';
import { jobRoot } from '../job-start.ts';

export default defineCommand({
  name: 'block-commit',
  doc: 'write what overlays hold down into a backing image, which takes their place',
  since: '1.3',
  data: {
    ...newJob,
    '*base-node': described(naming('node'), 'node to write into'),
    '*base': described(naming('backing-file'), 'file name of the image to write into; the deepest by default'),
    '*top-node': described(naming('node'), 'topmost node to write down'),
    '*top': described(naming('backing-file'), 'file name of the topmost image to write down; the active one by default'),
    '*backing-file': described(str, 'backing file text for the overlay of top'),
    '*speed': described(int, 'limit in bytes per second; 0 for none'),
    '*on-error': described(blockdevOnError, 'when a request fails'),
    '*filter-node-name': described(str, 'name of the filter node that the job inserts'),
    ...jobEnd,
  },
  run: async (args, engine) => {
    const { 'backing-file': backingFile, 'on-error': onError } = args;
    const { active, top, base } = findCommitRange(args, engine);
    const isActive = top === active;
    const request = {
      id: args['job-id'] ?? (isActive ? args.device : jobRoot(args, engine).id), active, base, onError, graph: engine.graph,
      speed: Number(args.speed ?? 0), autoFinalize: args['auto-finalize'], autoDismiss: args['auto-dismiss'],
    };
    if (!isActive) await startCommit(engine.jobs, { ...request, top, backingFile });
    else if (backingFile === undefined) await startActiveCommit(engine.jobs, request);
    else throw new QapiError("'backing-file' specified, but 'top' is the active layer");
  },
});
