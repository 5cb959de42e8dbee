import { JobGroup } from '../../jobs/job-group.ts';
import { QapiError } from '../../qapi/qapi-error.ts';
import type { TransactionAction } from '../../qapi/types/transaction-action.ts';
import type { Engine } from '../engine.ts';
import { actions } from './actions.ts';
import type { Action, PreparedAction } from './define-action.ts';

export interface TransactionRequest {
  readonly actions: readonly TransactionAction[];
  readonly completionMode: 'individual' | 'grouped';
}

interface Step {
  readonly action: Action;
  readonly data: unknown;
}

/**
 * Carries out all actions as of one moment, or none: guests wait meanwhile, and what was prepared when one is refused is undone.
 * @throws QapiError of the action that was refused
 */
export async function runTransaction(request: TransactionRequest, engine: Engine): Promise<void> {
  const steps = await Promise.all(request.actions.map(findStep));
  const group = request.completionMode === 'grouped' ? new JobGroup() : undefined;
  await withoutGuests(engine, () => carryOut(steps, engine, group));
}

async function findStep({ type, data }: TransactionAction): Promise<Step> {
  const action = await actions.load(type);
  if (action === undefined) throw new QapiError(`Parameter 'type' does not accept value '${type}'`);
  return { action, data };
}

async function carryOut(steps: readonly Step[], engine: Engine, group: JobGroup | undefined): Promise<void> {
  const prepared: PreparedAction[] = [];
  try {
    for (const { action, data } of steps) {
      if (group !== undefined && !action.mayGroup) throw doesNotGroup(action);
      prepared.push(await action.prepare(data, engine, group));
    }
  } catch (error) {
    for (const one of prepared.reverse()) await one.abort();
    throw error;
  }
  for (const one of prepared) await one.commit();
}

/** Runs `work` while no guest has a request under way; what guests ask for meanwhile waits. */
function withoutGuests(engine: Engine, work: () => Promise<void>): Promise<void> {
  const backends = engine.machine.drives.all().map(({ backend }) => backend);
  for (const backend of backends) backend.startWaiting();
  return backends.reduceRight((inner, { gate }) => () => gate.drained(inner), work)();
}

const doesNotGroup = ({ type }: Action) =>
  new QapiError(`Action '${type}' does not support Transaction property completion-mode = grouped`);
