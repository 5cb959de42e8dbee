import { xDbgBlockGraph } from '../../qapi/types/x-dbg-block-graph.ts';
import { blockGraphReply } from '../block-graph-reply.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'x-debug-query-block-graph',
  doc: 'the block graph: nodes, who holds them, and what each may do',
  since: '4.0',
  returns: xDbgBlockGraph,
  run: (_, { graph }) => blockGraphReply(graph),
});
