import type { ComponentType } from 'react';
import type { EventLog } from '../shell/event-log.ts';
import type { JobHistory } from '../shell/finished-jobs.ts';
import type { IoRates } from '../shell/io-rates.ts';
import type { JobProgress } from '../shell/job-progress.ts';
import type { NodeGrowths } from '../shell/node-growth.ts';
import type { Snapshot } from '../shell/live-state.ts';
import type { WireLog } from '../shell/wire-log.ts';
import { createRegistry } from '../util/registry.ts';
import type { Registry } from '../util/registry.ts';
import type { TableColumn } from './widgets/table-columns.ts';

/** What panels are made of: the last reading, and what follows from the readings before. */
export interface PanelModel {
  readonly snapshot: Snapshot;
  readonly rates: IoRates;
  readonly growth: NodeGrowths;
  readonly jobs: readonly JobProgress[];
  /** What jobs have gone through, and those that are over. */
  readonly jobHistory: JobHistory;
  readonly events: Pick<EventLog, 'newestFirst'>;
  readonly wire: Pick<WireLog, 'newestFirst'>;
}

/** What a panel's view lays out: one stand-in of one cell for each line, whose text is put in its place afterwards. */
export interface PanelProps {
  readonly lines: readonly string[];
  readonly width: number;
}

/** A column of a panel; what `sort` answers is what its rows can be ordered by. */
export interface PanelColumn<Row> extends TableColumn<Row> {
  sort?(row: Row): number | string | undefined;
}

/**
 * What becomes of a row action: a line that is run at once, one that is put into the prompt for Enter, or the result of a
 * job that need not be shown any longer.
 */
export type Deed = { readonly run: string } | { readonly type: string } | { readonly forget: string };

/** A key that does something with the chosen row. */
export interface RowAction<Row> {
  /** The key's name: one character, or 'delete', 'enter' ... */
  readonly key: string;
  /** What it does, as the help and the status bar say it; the first word is its short name. */
  readonly description: string;
  /** Why it cannot be done with this row now. */
  reason?(row: Row): string | undefined;
  deed(row: Row): Deed;
}

/**
 * One panel: a file in `panels/`, named by its id. It says what there is and how it reads; choosing, folding, sorting,
 * filtering and the window of rows that are in sight are the same for all panels and are not its concern.
 */
export interface Panel<Row = unknown> {
  readonly id: string;
  readonly title: string;
  /** The key that puts it away and brings it back. */
  readonly key: string;
  /** What rows are filtered by until somebody types another filter. */
  readonly filter?: string;
  /** The events after which its data is read again at once. */
  readonly refreshOn: readonly string[];
  /** The place in the stack: low is high up. */
  readonly order: number;
  readonly columns: readonly PanelColumn<Row>[];
  readonly actions: readonly RowAction<Row>[];
  /** The rows at the left edge, in their natural order; cheap for thousands: texts are made for rows in sight only. */
  rows(model: PanelModel): readonly Row[];
  /** What tells a row from all others, the same in every reading. */
  keyOf(row: Row): string;
  /** What the filter looks at. */
  textOf(row: Row): string;
  /** The rows below a row when it is unfolded. */
  below?(row: Row, model: PanelModel): readonly Row[];
  /** Whether rows at the left edge are unfolded until somebody folds them; `count` is how many there are. */
  startsOpen?(view: { readonly count: number; readonly isFullScreen: boolean }): boolean;
  /** A row that goes across all columns: its text in at most `width` cells, painted. */
  across?(row: Row, width: number): string | undefined;
  /** Why there are no rows, in words. */
  empty(model: PanelModel): string;
  /** How its lines stand, where below each other is not enough; ink lays it out. */
  readonly view?: ComponentType<PanelProps>;
}

/** Every panel there is. */
export const panels: Registry<Panel> = createRegistry<Panel>(import.meta.glob('./panels/*.tsx'), './panels/');
