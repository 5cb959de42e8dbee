import { bool, described, list } from '../../qapi/schema.ts';
import { blockStats } from '../../qapi/types/block-stats.ts';
import { defineCommand } from '../define-command.ts';
import { driveStats, nodeStats } from '../block-stats.ts';

export default defineCommand({
  name: 'query-blockstats',
  doc: 'counters of every block device, or of every node',
  since: '0.14',
  data: { '*query-nodes': described(bool, 'of nodes instead, without their backing images') },
  returns: list(blockStats),
  /** The oldest node first, unlike query-named-block-nodes. */
  run: ({ 'query-nodes': queryNodes }, { graph, machine }) =>
    queryNodes ? graph.nodes().map((node) => nodeStats(node, { backing: false })) : machine.drives.all().map(driveStats),
});
