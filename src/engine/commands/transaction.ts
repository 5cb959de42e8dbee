import { described, list } from '../../qapi/schema.ts';
import { transactionAction, transactionProperties } from '../../qapi/types/transaction-action.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'transaction',
  doc: 'carries out several block commands, all or none',
  since: '1.1',
  data: {
    actions: described(list(transactionAction), 'the steps'),
    '*properties': described(transactionProperties, 'how the jobs that it starts end'),
  },
});
