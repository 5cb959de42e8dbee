import type { BlockGraph } from '../block/graph.ts';
import type { JobTable } from '../jobs/job-table.ts';
import type { Machine } from '../machine/machine.ts';
import type { NbdExports } from '../nbd/exports.ts';
import type { GuestIoError } from '../machine/synthetic-guest.ts';
import type { Command } from './define-command.ts';
import { dispatch, findCommand, toQapiError } from './dispatch.ts';
import type { Engine, EngineOptions, EngineVersion, Opened } from './engine.ts';
import { EventHub } from './events.ts';
import type { Off, QmpEvent } from './events.ts';
import type { MonitorNodes } from './monitor-nodes.ts';
import { RunState } from './run-state.ts';

/** Commands that leave the graph alone need not wait for jobs that end, and a line of the human monitor may wait for one itself. */
const ASIDE = /^(query-|(block-)?job-|human-monitor-command$)/;

/**
 * Makes an engine. Nothing is opened or loaded before a command needs it, so that `query-version` costs next to nothing;
 * a server calls `open` at once to learn of images that cannot be opened.
 */
export function createEngine(options: EngineOptions = {}): Promise<Engine> {
  return Promise.resolve(new EmbeddedEngine(options));
}

class EmbeddedEngine implements Engine {
  readonly events = new EventHub();
  readonly runState: RunState;
  readonly #options: EngineOptions;
  #opening: Promise<Opened> | undefined;
  #opened: Opened | undefined;
  #closing: Promise<void> | undefined;
  /** The host is told once the command that quits has been answered. */
  #isQuitting = false;
  /** Commands run one after another, as in QEMU's main loop. */
  #last: Promise<unknown> = Promise.resolve();
  #running: { readonly name: string; readonly since: number } | undefined;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.runState = new RunState(this.events, (running) => this.#opened?.machine.setRunning(running));
  }

  get graph(): BlockGraph {
    return this.#parts.graph;
  }

  get jobs(): JobTable {
    return this.#parts.jobs;
  }

  get machine(): Machine {
    return this.#parts.machine;
  }

  get monitorNodes(): MonitorNodes {
    return this.#parts.monitorNodes;
  }

  get exports(): NbdExports {
    return this.#parts.exports;
  }

  get #parts(): Opened {
    if (!this.#opened) throw new Error('the engine is not open');
    return this.#opened;
  }

  execute(name: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const before = this.#last;
    const turn = this.#runInTurn(name, args, before);
    this.#last = turn.then(() => before, () => before);
    return turn;
  }

  async #runInTurn(name: string, args: Readonly<Record<string, unknown>>, before: Promise<unknown>): Promise<unknown> {
    try {
      const command = await findCommand(name);
      if (!command.preconfig) {
        await before;
        if (this.#opened === undefined || this.#closing !== undefined) await this.open();
      }
      this.#running = { name, since: performance.now() };
      return await (command.preconfig ? dispatch(command, args, this) : this.#besideJobs(command, args));
    } catch (error) {
      throw toQapiError(error);
    } finally {
      this.#running = undefined;
      if (this.#isQuitting) setImmediate(() => this.#options.onQuit?.());
    }
  }

  async executeNested(name: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    return this.#besideJobs(await findCommand(name), args);
  }

  #besideJobs(command: Command, args: Readonly<Record<string, unknown>>): Promise<unknown> {
    const run = async () => dispatch(command, args, this);
    return ASIDE.test(command.name) ? run() : this.graph.turns.take(run);
  }

  onEvent(listener: (event: QmpEvent) => void): Off {
    return this.events.on(listener);
  }

  version(): EngineVersion {
    return { qemu: { major: 2, minor: 9, micro: 0 }, package: this.#options.package ?? 'qmon' };
  }

  async open(): Promise<void> {
    if (this.#closing) throw toQapiError(new Error('the engine is closed'));
    this.#opening ??= this.#openMachine();
    try {
      await this.#opening;
    } catch (error) {
      throw toQapiError(error);
    }
  }

  async #openMachine(): Promise<Opened> {
    const { openMachine } = await import('./open-machine.ts');
    const around = { events: this.events, onGuestError: (error: GuestIoError) => this.#onGuestError(error), onNote: this.#options.onNote };
    this.#opened = await openMachine(this.#options, around);
    this.#opened.machine.setRunning(this.runState.running);
    return this.#opened;
  }

  #onGuestError({ drive, operation, action, error }: GuestIoError): void {
    const data = { device: drive.backend.name, 'node-name': drive.backend.root?.name ?? '', operation, action };
    const nospace = drive.stopsOnErrors && { nospace: error.code === 'ENOSPC' };
    this.events.emit('BLOCK_IO_ERROR', { ...data, ...nospace, reason: error.message });
    if (action === 'stop') this.runState.stop('io-error');
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  unfinished(): readonly string[] {
    const jobs = this.#opened?.jobs.all().filter((job) => job.isUnfinished) ?? [];
    const command = this.#running && `the command '${this.#running.name}' (${Math.round((performance.now() - this.#running.since) / 1000)} s)`;
    const found = [...(command === undefined ? [] : [command]), ...jobs.map(({ id, type }) => `the ${type} job '${id}'`)];
    return found.length > 0 ? found : ['requests to the images'];
  }

  async flush(): Promise<readonly string[]> {
    const nodes = this.#opened?.graph.nodes() ?? [];
    const done = await Promise.allSettled(nodes.map((node) => node.io.flush()));
    return nodes.filter((_, index) => done[index]?.status === 'rejected').map(({ filename }) => `'${filename}'`);
  }

  async #close(): Promise<void> {
    this.#opened?.graph.throttleGroups.release();
    await this.#last;
    // A machine that could not be opened has told why to whoever opened it, and has closed what was open.
    await Promise.allSettled([this.#opening]);
    await this.#opened?.close();
  }

  quit(): void {
    this.events.emit('SHUTDOWN', { guest: false, reason: 'host-qmp-quit' });
    this.#isQuitting = true;
  }
}
