import { EventLog } from '../../src/shell/event-log.ts';
import { addJobEvent, addSeenJobs, noJobHistory } from '../../src/shell/finished-jobs.ts';
import { addIoReading, noRates } from '../../src/shell/io-rates.ts';
import { addJobReading, noJobs } from '../../src/shell/job-progress.ts';
import { addNodeReading, noGrowth } from '../../src/shell/node-growth.ts';
import { WireLog } from '../../src/shell/wire-log.ts';
import type { Panel, PanelModel } from '../../src/tui/panel.ts';
import blocks from '../../src/tui/panels/blocks.tsx';
import events from '../../src/tui/panels/events.tsx';
import jobs from '../../src/tui/panels/jobs.tsx';
import stats from '../../src/tui/panels/stats.tsx';
import wire from '../../src/tui/panels/wire.tsx';
import { panelLines } from '../../src/tui/views/seen-panel.ts';
import { blockRow } from './fake-session.ts';
import { seen } from './seen-panel.ts';

/** Everything that the panels make of one reading after another, as fast as it goes. */
export class PanelLoad {
  readonly #names: readonly string[];
  readonly #jobCount: number;
  readonly #events = new EventLog();
  readonly #wire = new WireLog();
  #rates = noRates;
  #growth = noGrowth;
  #jobs = noJobs;
  #history = noJobHistory;

  constructor(size: { devices: number; jobs: number }) {
    this.#names = Array.from({ length: size.devices }, (_, index) => `disk${index}`);
    this.#jobCount = size.jobs;
  }

  /** One second: a reading, its traffic, some events, a job that ends, and all panels drawn. */
  second(second: number): void {
    const atMs = second * 1000;
    const block = this.#names.map((name, index) => blockRow(name, { 'node-name': `#block${index}`, file: `/images/${name}-${second}` }));
    const nodes = block.map(({ inserted }) => inserted as Readonly<Record<string, unknown>>);
    const rows = this.#names.map((device, index) => ({
      device, 'node-name': `#block${index}`,
      stats: { rd_bytes: second * 4096 * index, wr_bytes: second * 8192, rd_operations: second * index, wr_operations: second, wr_highest_offset: second * 2 ** 20 },
    }));
    const running = Array.from({ length: this.#jobCount }, (_, index) => (
      { device: `job${index}-${second % 60}`, type: 'stream', len: 2 ** 40, offset: second * 2 ** 20, speed: 0, status: 'running', paused: false }));
    this.#talk(second, block);
    this.#rates = addIoReading(this.#rates, { stats: rows, atMs });
    this.#growth = addNodeReading(this.#growth, { stats: rows, nodes, atMs });
    this.#jobs = addJobReading(this.#jobs, { jobs: running, atMs });
    this.#history = addSeenJobs(this.#history, this.#jobs.jobs);
    const snapshot = { atMs, block, stats: rows, jobs: running, nodes };
    const model: PanelModel = {
      snapshot, rates: this.#rates, growth: this.#growth, jobs: this.#jobs.jobs, jobHistory: this.#history, events: this.#events, wire: this.#wire,
    };
    for (const panel of [blocks, stats, jobs, events, wire] as readonly Panel[]) panelLines(seen(panel, model), { width: 119, height: 9 });
  }

  #talk(second: number, block: readonly object[]): void {
    const timestamp = { seconds: second, microseconds: 0 };
    const tell = (event: string, data: Readonly<Record<string, unknown>>) => {
      this.#events.add({ event, data, timestamp });
      this.#history = addJobEvent(this.#history, { event, data, timestamp });
    };
    for (const status of ['created', 'running', 'concluded', 'null']) tell('JOB_STATUS_CHANGE', { id: `short${second}`, status });
    tell('BLOCK_JOB_COMPLETED', { device: `short${second}`, type: 'backup', len: 1, offset: 1, speed: 0 });
    for (const execute of ['query-block', 'query-blockstats', 'eject']) {
      const id = `${execute}${second}`;
      this.#wire.add({ direction: 'sent', message: { execute, id } }, second);
      this.#wire.add({ direction: 'received', message: { return: execute === 'eject' ? {} : block, id } }, second + 1);
    }
  }
}
