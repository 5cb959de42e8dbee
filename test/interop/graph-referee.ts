import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createEngine } from '../../src/engine/create-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { MachineDescription } from '../../src/machine/description.ts';
import type { QapiError } from '../../src/qapi/qapi-error.ts';
import { qemu } from '../support/qemu.ts';
import { QmpProcess } from './qmp-process.ts';

export type Step = readonly [command: string, args?: Record<string, unknown>];

type Event = [name: string, data: unknown];

export interface GraphRefereeInit {
  readonly drives: NonNullable<MachineDescription['drives']>;
  readonly devices?: MachineDescription['devices'];
  /** Makes the images in a folder; called once for each side. */
  readonly makeImages: (file: (short: string) => string) => Promise<void>;
  /** Waits until a side has sent the events of a step that come late. */
  readonly settle?: (step: Step) => Promise<unknown> | undefined;
}

/** Plays the same steps on a real QEMU and on this engine, each in a folder of its own, and compares what they say and leave. */
export class GraphReferee {
  readonly #folders: readonly [theirs: string, ours: string];
  readonly #process: QmpProcess;
  readonly #engine: Engine;
  readonly #ownEvents: Event[] = [];
  #steps = 0;
  #settle: GraphRefereeInit['settle'];

  static async start({ drives, devices = [], makeImages, settle }: GraphRefereeInit): Promise<GraphReferee> {
    const folders = await Promise.all(['qemu', 'qmon'].map((name) => mkdtemp(join(tmpdir(), `qmon-graph-${name}-`)))) as [string, string];
    await Promise.all(folders.map((folder) => makeImages((short) => join(folder, short))));
    const [theirs, ours] = folders;
    const process = await QmpProcess.start(theirs, ['-machine', 'pc', ...drives.flatMap((drive) => commandLine('-drive', absolute(drive, theirs))),
      ...devices.flatMap((device) => commandLine('-device', device))]);
    const engine = await createEngine({ machine: { drives: drives.map((drive) => absolute(drive, ours)), devices } });
    await engine.execute('stop');
    const referee = new GraphReferee(folders, process, engine);
    referee.#settle = settle;
    return referee;
  }

  private constructor(folders: readonly [string, string], process: QmpProcess, engine: Engine) {
    this.#folders = folders;
    this.#process = process;
    this.#engine = engine;
    engine.onEvent(({ event, data }) => this.#ownEvents.push([event, data]));
  }

  /** Steps that were compared so far. */
  get steps(): number {
    return this.#steps;
  }

  /** Plays the steps on both sides; a step in `differences` (its JSON) is answered by this engine as given there. */
  async play(steps: readonly Step[], differences: Readonly<Record<string, unknown>> = {}): Promise<void> {
    for (const step of steps) {
      const theirs = await this.#playTheirs(step);
      const ours = await this.#playOurs(step, theirs.events.length);
      const key = JSON.stringify(step);
      if (key in differences) expect(ours.reply, key).toEqual(differences[key]);
      else expect({ step: key, ...ours }).toEqual({ step: key, ...theirs });
      this.#steps++;
    }
  }

  /** Runs work on both sides: with the folder and a way to run a command there. */
  async onBoth<T>(work: (side: { file: (short: string) => string; execute: (...step: Step) => Promise<unknown> }) => Promise<T>): Promise<[T, T]> {
    const [theirs, ours] = this.#folders;
    return [
      await work({ file: (short) => join(theirs, short), execute: async (...step) => (await this.#playTheirs(step)).reply }),
      await work({ file: (short) => join(ours, short), execute: async (...step) => (await this.#playOurs(step, 0)).reply }),
    ];
  }

  /** Compares what queries say of drives and nodes. */
  async compareQueries(): Promise<void> {
    for (const query of ['query-block', 'query-named-block-nodes']) {
      const [theirs, ours] = [await this.#process.execute(query), await this.#engine.execute(query)];
      expect({ query, rows: tidy(ours, this.#folders[1]) }).toEqual({ query, rows: tidy(theirs, this.#folders[0]) });
    }
  }

  /** Ends both; what is left in the folders is checked, described and compared. */
  async compareImages(tops: readonly string[]): Promise<void> {
    const [theirs, ours] = this.#folders;
    await this.#engine.close();
    await this.#process.execute('quit');
    await this.#process.stop();
    for (const top of tops) {
      const info = async (folder: string) => tidy(JSON.parse(await qemu.img('info', '--backing-chain', '--output=json', join(folder, top))), folder);
      expect(await info(ours), top).toEqual(await info(theirs));
      await qemu.img('compare', join(ours, top), join(theirs, top));
      if (top.endsWith('.qcow2')) await qemu.img('check', '-q', join(ours, top));
    }
  }

  /** Has the real tool go back to a snapshot on both sides; both must hold the same then. */
  async compareSnapshot(image: string, name: string): Promise<void> {
    const [theirs, ours] = this.#folders.map((folder) => join(folder, image)) as [string, string];
    for (const file of [theirs, ours]) await qemu.img('snapshot', '-a', name, file);
    await qemu.img('compare', ours, theirs);
    await qemu.img('check', '-q', ours);
  }

  async fileNames(): Promise<[string[], string[]]> {
    const list = async (folder: string) => (await readdir(folder)).filter((name) => name !== 'qmp').sort();
    return [await list(this.#folders[0]), await list(this.#folders[1])];
  }

  async stop(): Promise<void> {
    await this.#engine.close();
    await this.#process.stop();
    await Promise.all(this.#folders.map((folder) => rm(folder, { recursive: true, force: true })));
  }

  async #playTheirs(step: Step) {
    const [command, args] = step;
    this.#process.events.length = 0;
    const reply = await this.#process.execute(command, args && absolute(args, this.#folders[0]));
    await this.#settle?.(step);
    await this.#process.execute('query-version');
    return this.#seen(reply, this.#process.events, this.#folders[0]);
  }

  async #playOurs(step: Step, expected: number) {
    const [command, args] = step;
    this.#ownEvents.length = 0;
    const reply = await this.#engine.execute(command, args && absolute(args, this.#folders[1]))
      .catch((error: QapiError) => `${error.class}: ${error.desc}`);
    await this.#settle?.(step);
    const seen = () => this.#seen(reply, this.#ownEvents, this.#folders[1]);
    await expect.poll(() => seen().events.length, { timeout: 3000 }).toBeGreaterThanOrEqual(expected);
    return seen();
  }

  /** What may not differ; the states that a job passes through are another test's matter. */
  #seen(reply: unknown, events: readonly Event[], folder: string) {
    return { reply: tidy(reply, folder), events: tidy(events.filter(([name]) => !/JOB/.test(name)), folder) as Event[] };
  }
}

/** Members that only the seeds or only later versions have, and numbers that depend on the host or the moment. */
const untold = new Set(['encryption_key_missing', 'driver-specific', 'actual-size', 'dirty-bitmaps', 'date-sec', 'date-nsec', 'vm-clock-sec', 'vm-clock-nsec', 'icount']);

/** QEMU's qemu-io talks to QEMU's own terminal. */
const isSuccess = (text: string): boolean => /^(wrote|discard|read) \d+\/\d+ bytes/.test(text);

function tidy(value: unknown, folder: string): unknown {
  if (Array.isArray(value)) return value.map((row) => tidy(row, folder));
  if (typeof value === 'string') return isSuccess(value) ? '' : value.replaceAll(`${folder}/`, '').replace(/#block\d+/g, '#block');
  if (typeof value !== 'object' || value === null) return value;
  // How long the file is depends on when metadata reaches it.
  const isFile = 'format' in value && value.format === 'file';
  const members = Object.entries(value).filter(([key]) => !untold.has(key) && !(isFile && key === 'virtual-size'));
  return Object.fromEntries(members.map(([key, member]) => [key, tidy(member, folder)]));
}

const commandLine = (option: string, entry: object) =>
  [option, Object.entries(entry).map(([key, value]) => (key === 'driver' ? String(value) : `${key}=${String(value)}`)).join(',')];

/** Names of files in the sides' own folders are made absolute. */
function absolute<T>(value: T, folder: string): T {
  if (Array.isArray(value)) return value.map((entry: unknown) => absolute(entry, folder)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => {
    const isFile = ['file', 'filename', 'target', 'snapshot-file'].includes(key) && typeof member === 'string' && /^\w[\w-]*\.\w+$/.test(member);
    return [key, isFile ? join(folder, member) : absolute(member, folder)];
  })) as T;
}
