import type { ComponentType } from 'react';
import type { IoRates } from '../shell/io-rates.ts';
import type { JobProgress } from '../shell/job-progress.ts';
import type { Snapshot } from '../shell/live-state.ts';
import { createRegistry } from '../util/registry.ts';
import type { Registry } from '../util/registry.ts';
import type { TableLines } from './widgets/table-columns.ts';

/** What panels are made of: the last reading, and what follows from the readings before. */
export interface PanelModel {
  readonly snapshot: Snapshot;
  readonly rates: IoRates;
  readonly jobs: readonly JobProgress[];
}

/** What a panel's view lays out: one stand-in of one cell for each line, whose text is put in its place afterwards. */
export interface PanelProps {
  readonly lines: readonly string[];
  readonly width: number;
}

/** One panel: a file in `panels/`, named by its id. */
export interface Panel {
  readonly id: string;
  readonly title: string;
  /** The key that puts it away and brings it back. */
  readonly key: string;
  /** The events after which its data is read again at once. */
  readonly refreshOn: readonly string[];
  /** The place in the stack: low is high up. */
  readonly order: number;
  /** A heading and one text row per thing; pure. With no rows, `empty` says so in words. */
  rows(model: PanelModel, width: number): TableLines & { readonly empty?: string };
  /** How its lines stand, where below each other is not enough; ink lays it out. */
  readonly view?: ComponentType<PanelProps>;
}

/** Every panel there is. */
export const panels: Registry<Panel> = createRegistry<Panel>(import.meta.glob('./panels/*.tsx'), './panels/');
