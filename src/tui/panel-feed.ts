import type { Off, QmpEvent } from '../qmp/link.ts';
import { EventLog } from '../shell/event-log.ts';
import { addJobEvent, addSeenJobs, forgetFinished, noJobHistory } from '../shell/finished-jobs.ts';
import { addIoReading, noRates } from '../shell/io-rates.ts';
import { addJobReading, noJobs } from '../shell/job-progress.ts';
import { addNodeReading, noGrowth } from '../shell/node-growth.ts';
import type { Session } from '../shell/session.ts';
import { WireLog } from '../shell/wire-log.ts';
import type { PanelModel } from './panel.ts';

/** Panels change at most this often. */
const updateIntervalMs = 250;

/** Follows the live state and tells what the panels show, at most four times a second. */
export class PanelFeed {
  readonly #session: Session;
  readonly #listener: (model: PanelModel) => void;
  readonly #offs: Off[];
  #rates = noRates;
  #growth = noGrowth;
  #jobs = noJobs;
  #history = noJobHistory;
  readonly #events = new EventLog();
  readonly #wire = new WireLog();
  #refreshOn: ReadonlySet<string> = new Set();
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #refreshTimer: NodeJS.Timeout | undefined;

  constructor(session: Session, listener: (model: PanelModel) => void) {
    this.#session = session;
    this.#listener = listener;
    this.#offs = [
      session.live.onChange(() => this.#onReading()),
      session.link.onEvent((event) => this.#onEvent(event)),
      session.link.onTraffic((traffic) => this.#wire.add(traffic, performance.now())),
      session.settings.onChange((name) => name === 'poll-interval' && this.#start()),
    ];
    this.#start();
    this.#tell();
  }

  /** The events after which somebody wants a fresh reading at once. */
  set refreshOn(events: Iterable<string>) {
    this.#refreshOn = new Set(events);
  }

  /** Has the far end read, as often as people want it when nothing happens. */
  #start(): void {
    this.#session.live.start(this.#session.settings.get('poll-interval') * 1000);
  }

  /** Forgets the result of a job. */
  forget(key: string): void {
    this.#history = forgetFinished(this.#history, key);
    this.#tell();
  }

  /** Reads at once and tells. */
  async read(): Promise<void> {
    await this.#session.live.refresh();
    this.#tell();
  }

  close(): void {
    this.#session.live.stop();
    for (const off of this.#offs) off();
    clearTimeout(this.#timer);
    clearTimeout(this.#refreshTimer);
  }

  #onReading(): void {
    const { stats, nodeStats = [], nodes, jobs, atMs } = this.#session.live.snapshot;
    this.#rates = addIoReading(this.#rates, { stats, atMs });
    this.#growth = addNodeReading(this.#growth, { stats: [...nodeStats, ...stats], nodes, atMs });
    this.#jobs = addJobReading(this.#jobs, { jobs, atMs });
    this.#history = addSeenJobs(this.#history, this.#jobs.jobs);
    this.#change();
  }

  /** Tells now, or as soon as the panels may change again. */
  #change(): void {
    const waitMs = this.#toldAtMs + updateIntervalMs - performance.now();
    if (waitMs <= 0) this.#tellReading();
    else this.#timer ??= setTimeout(() => this.#tellReading(), waitMs);
  }

  #tellReading(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#toldAtMs = performance.now();
    this.#tell();
  }

  #tell(): void {
    this.#listener({ snapshot: this.#session.live.snapshot, rates: this.#rates, growth: this.#growth, jobs: this.#jobs.jobs, jobHistory: this.#history, events: this.#events, wire: this.#wire });
  }

  #onEvent(event: QmpEvent): void {
    this.#events.add(event);
    this.#history = addJobEvent(this.#history, event);
    this.#change();
    if (!this.#refreshOn.has(event.event) || this.#session.link.state.state !== 'ready') return;
    this.#refreshTimer ??= setTimeout(() => {
      this.#refreshTimer = undefined;
      void this.#session.live.refresh();
    }, updateIntervalMs);
  }
}
