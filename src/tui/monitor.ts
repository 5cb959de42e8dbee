import type { MonitorOptions } from './run-monitor.tsx';

/** The running monitor: terminal, keys, screen and session joined. */
export class Monitor {
  readonly #options: MonitorOptions;

  constructor(options: MonitorOptions) {
    this.#options = options;
  }

  async run(): Promise<number> {
    this.#options.session.live.stop();
    return 0;
  }
}
