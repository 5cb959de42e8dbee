import { QapiError } from '../../../qapi/qapi-error.ts';
import type { TransactionAction } from '../../../qapi/types/transaction-action.ts';
import type { PlanStep, RehearsedCommand } from '../plan.ts';
import { rehearsedCommands } from '../rehearsed-commands.ts';

interface TransactionArguments {
  readonly actions: readonly TransactionAction[];
}

export default {
  name: 'transaction',
  plan: async ({ actions }: TransactionArguments, context) => {
    let all: Required<PlanStep> = { after: context.state, touches: [], copies: [], images: [], notes: [] };
    for (const [place, { type, data }] of actions.entries()) {
      if (type === 'abort') throw new QapiError('Transaction aborted using Abort action');
      const command = await rehearsedCommands.load(type);
      if (command === undefined) {
        all = { ...all, notes: [...all.notes, `action ${place + 1}, ${type}, changes no chain`] };
        continue;
      }
      const step = await command.plan(data, { ...context, state: all.after });
      all = {
        after: step.after, touches: [...all.touches, ...step.touches], copies: [...all.copies, ...step.copies ?? []],
        images: [...all.images, ...step.images ?? []], notes: [...all.notes, ...step.notes ?? []],
      };
    }
    return all;
  },
} satisfies RehearsedCommand<TransactionArguments>;
