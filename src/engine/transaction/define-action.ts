import type { JobGroup } from '../../jobs/job-group.ts';
import type { Engine } from '../engine.ts';

/** An action that has done all that can fail; one of the two ends it. */
export interface PreparedAction {
  commit(): Promise<void> | void;
  /** Undoes it. */
  abort(): Promise<void> | void;
}

/** One kind of step in a transaction: the default export of its file in `actions/`. */
export interface Action {
  /** The wire name; the file's name too. */
  readonly type: string;
  /** It may be a step of a grouped transaction. */
  readonly mayGroup: boolean;
  /** @throws QapiError when it is refused; nothing has changed then */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the registry holds actions of every argument type
  readonly prepare: (data: any, engine: Engine, group: JobGroup | undefined) => Promise<PreparedAction>;
}

export interface ActionDefinition<Data> extends Omit<Action, 'mayGroup' | 'prepare'> {
  readonly mayGroup?: boolean;
  readonly prepare: (data: Data, engine: Engine, group: JobGroup | undefined) => Promise<PreparedAction>;
}

/** Makes the default export of a file in `actions/`. */
export function defineAction<Data>({ type, mayGroup = false, prepare }: ActionDefinition<Data>): Action {
  return { type, mayGroup, prepare };
}
