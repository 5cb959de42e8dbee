import { described, list } from '../../qapi/schema.ts';
import { transactionAction, transactionProperties } from '../../qapi/types/transaction-action.ts';
import { defineCommand } from '../define-command.ts';
import { runTransaction } from '../transaction/run-transaction.ts';

export default defineCommand({
  name: 'transaction',
  doc: 'carry out several block commands, all or none',
  since: '1.1',
  data: {
    actions: described(list(transactionAction), 'the steps'),
    '*properties': described(transactionProperties, 'how the jobs that it starts end'),
  },
  run: ({ actions, properties }, engine) =>
    runTransaction({ actions, completionMode: properties?.['completion-mode'] ?? 'individual' }, engine),
});
