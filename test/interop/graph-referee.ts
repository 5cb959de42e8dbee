import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { createEngine } from '../../src/engine/create-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { MachineDescription } from '../../src/machine/description.ts';
import type { QapiError } from '../../src/qapi/qapi-error.ts';
import { formatJson } from '../../src/util/lossless-json.ts';
import { qemu } from '../support/qemu.ts';
import { QmpProcess } from './qmp-process.ts';
import { WAIT_FOR_EVENTS, WAIT_FOR_JOBS } from './transcript.ts';
import type { Step } from './transcript.ts';

export type { Step } from './transcript.ts';

type Event = [name: string, data: unknown];

export interface GraphRefereeInit {
  readonly drives: NonNullable<MachineDescription['drives']>;
  readonly devices?: MachineDescription['devices'];
  /** Makes the images in a folder; called once for each side. */
  readonly makeImages: (file: (short: string) => string) => Promise<void>;
  readonly objects?: MachineDescription['objects'];
  /** Compares what queries say of drives and nodes behind every step. */
  readonly watchGraph?: boolean;
  /** Compares the states that jobs pass through, too. */
  readonly watchStates?: boolean;
}

interface RefereeParts {
  readonly folders: readonly [theirs: string, ours: string];
  readonly process: QmpProcess;
  readonly engine: Engine;
  readonly home: string;
  readonly watchGraph: boolean;
  readonly watchStates: boolean;
}

type Execute = (command: string) => Promise<unknown>;

/** What one step made a side say. */
interface Seen {
  readonly reply: unknown;
  readonly events: Event[];
}

/**
 * Plays the same steps on a real QEMU and on this engine, each in a folder of its own, and compares what they say and leave.
 * File names are relative to the folder; this process works in the engine's.
 */
export class GraphReferee {
  readonly #folders: readonly [theirs: string, ours: string];
  readonly #process: QmpProcess;
  readonly #engine: Engine;
  readonly #ownEvents: Event[] = [];
  readonly #home: string;
  readonly #watchGraph: boolean;
  readonly #tell: Tell;
  #steps = 0;

  static async start({ makeImages, ...init }: GraphRefereeInit): Promise<GraphReferee> {
    const { drives, devices = [], objects = [], watchGraph = false, watchStates = false } = init;
    const folders = await Promise.all(['qemu', 'qmon'].map((name) => mkdtemp(join(tmpdir(), `qmon-graph-${name}-`)))) as [string, string];
    await Promise.all(folders.map((folder) => makeImages((short) => join(folder, short))));
    const [theirs, ours] = folders;
    const home = globalThis.process.cwd();
    globalThis.process.chdir(ours);
    const process = await QmpProcess.start(theirs, ['-machine', 'pc',
      ...objects.flatMap((object) => ['-object', JSON.stringify(object)]), ...drives.flatMap((drive) => commandLine('-drive', drive)),
      ...devices.flatMap((device) => commandLine('-device', device))]);
    try {
      const engine = await createEngine({ machine: { drives, devices, objects } });
      await engine.execute('stop');
      return new GraphReferee({ folders, process, engine, home, watchGraph, watchStates });
    } catch (error) {
      await process.stop();
      globalThis.process.chdir(home);
      throw error;
    }
  }

  private constructor({ folders, process, engine, home, watchGraph, watchStates }: RefereeParts) {
    this.#folders = folders;
    this.#home = home;
    this.#watchGraph = watchGraph;
    this.#tell = watchStates ? tellWithStates : tell;
    this.#process = process;
    this.#engine = engine;
    engine.onEvent(({ event, data }) => this.#ownEvents.push([event, data]));
  }

  /** Steps that were compared so far. */
  get steps(): number {
    return this.#steps;
  }

  /** Plays the steps on both sides. */
  async play(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      if (step[0] === WAIT_FOR_JOBS) await this.#waitForJobs();
      else if (step[0] === WAIT_FOR_EVENTS) await sleep(EVENT_INTERVAL_MS);
      else await this.#compare(step);
    }
  }

  async #compare(step: Step): Promise<void> {
    const [command, args, own] = step;
    const [theirs, ours] = await this.#playBoth(step);
    const name = formatJson([command, args ?? {}]);
    if (own !== undefined) expect.soft(ours.reply, name).toEqual(own);
    else {
      expect.soft(ours, name).toEqual(theirs);
      if (this.#watchGraph && !await this.#hasJobs()) await this.compareQueries(`after ${name}`);
    }
    this.#steps++;
  }

  /** QEMU keeps its jobs' filters in the graph where this engine needs none. */
  async #hasJobs(): Promise<boolean> {
    return (await this.#engine.execute('query-block-jobs') as unknown[]).length > 0;
  }

  async #waitForJobs(): Promise<void> {
    for (const side of [this.#process, this.#engine]) {
      await expect.poll(() => side.execute('query-block-jobs'), { timeout: 10_000 }).toEqual([]);
    }
  }

  /** Runs work on both sides: with the folder and a way to run a command there. */
  async onBoth<T>(work: (side: { file: (short: string) => string; execute: (...step: Step) => Promise<unknown> }) => Promise<T>): Promise<[T, T]> {
    const [theirs, ours] = this.#folders;
    return [
      await work({ file: (short) => join(theirs, short), execute: (...step) => this.#playTheirs(step) }),
      await work({ file: (short) => join(ours, short), execute: (...step) => this.#playOurs(step) }),
    ];
  }

  /** Compares what queries say of drives and nodes. */
  async compareQueries(after = ''): Promise<void> {
    for (const query of ['query-block', 'query-named-block-nodes']) {
      const [theirs, ours] = await Promise.all([this.#process.execute(query), this.#engine.execute(query)]);
      expect.soft(tidy(ours, this.#folders[1]), `${query} ${after}`).toEqual(tidy(theirs, this.#folders[0]));
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
      expect(await layers(join(ours, top)), top).toEqual(await layers(join(theirs, top)));
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
    globalThis.process.chdir(this.#home);
    await Promise.all(this.#folders.map((folder) => rm(folder, { recursive: true, force: true })));
  }

  /** Events may come after the reply: the step is over when both have sent as many and no job goes on by itself. */
  async #playBoth(step: Step): Promise<[theirs: Seen, ours: Seen]> {
    const replies = await Promise.all([this.#playTheirs(step), this.#playOurs(step)]);
    const [theirs, ours] = replies;
    if (/backup|transaction|job|stream|commit|mirror|create/.test(`${step[0]} ${String(step[1]?.['command-line'])}`)) {
      const cancelled = step[0].endsWith('job-cancel') && typeof theirs !== 'string' ? step[1]?.device ?? step[1]?.id : undefined;
      for (const side of [this.#process, this.#engine]) await jobsRest((command) => side.execute(command), cancelled);
    }
    const seen = (): [Seen, Seen] => [{ reply: theirs, events: this.#tell(this.#process.events, this.#folders[0]) },
      { reply: ours, events: this.#tell(this.#ownEvents, this.#folders[1]) }];
    const patience = step[2] === undefined ? PATIENCE_MS : 0;
    for (let attempt = 0; attempt < patience && seen()[0].events.length !== seen()[1].events.length; attempt++) await sleep(1);
    return seen();
  }

  async #playTheirs([command, args]: Step): Promise<unknown> {
    this.#process.events.length = 0;
    this.#process.printed = '';
    const reply = await this.#process.execute(command, args);
    await this.#process.execute('query-version');
    // What qemu-io prints comes on another way than replies.
    const isPrinting = String(args?.['command-line']).startsWith('qemu-io') && !String(args?.['command-line']).includes('"flush"');
    for (let attempt = 0; isPrinting && this.#process.printed === '' && attempt < 50; attempt++) await sleep(1);
    return tidy(typeof reply === 'string' ? this.#process.printed + reply : reply, this.#folders[0]);
  }

  async #playOurs([command, args]: Step): Promise<unknown> {
    this.#ownEvents.length = 0;
    const reply = await this.#engine.execute(command, args).catch((error: QapiError) => `${error.class}: ${error.desc}`);
    return tidy(reply, this.#folders[1]);
  }
}

/** How long one side waits for events that the other has sent. */
const PATIENCE_MS = 3000;

/** A little more than the second within which QEMU holds back repeated events. */
const EVENT_INTERVAL_MS = 1100;

/** Resolves when every job that is left waits for somebody, or goes at a set speed, and the cancelled one is gone. */
async function jobsRest(execute: Execute, cancelled: unknown): Promise<void> {
  const isAtRest = ({ ready, paused, speed, device, status }: Row) => ENDS.has(status) || (device !== cancelled && status !== 'aborting'
    && (paused === true ? status === 'paused' || status === 'standby' : ready === true || speed !== 0));
  const rest = async () => (await execute('query-block-jobs') as Row[]).every(isAtRest)
    && (await execute('query-jobs') as Row[]).every(({ type, status }) => type !== 'create' || status === 'concluded');
  await expect.poll(rest, { timeout: 10_000, interval: 5 }).toBe(true);
}

type Row = Record<string, unknown>;

/** Here a job waits for somebody, whatever it has been asked before. */
const ENDS = new Set<unknown>(['waiting', 'pending', 'concluded']);

type Tell = (events: readonly Event[], folder: string) => Event[];

/** In their order. A job of QEMU's also rests for a moment, unasked, whenever something else drains its nodes. */
function tellWithStates(events: readonly Event[], folder: string): Event[] {
  const told: Event[] = [];
  for (const event of tidy(events, folder) as Event[]) {
    const isBack = /running|ready/.test(stateOf(event)) && /paused|standby/.test(stateOf(told.at(-1)));
    if (isBack) told.pop();
    else told.push(event);
  }
  return told;
}

const stateOf = (event: Event | undefined): string =>
  (event?.[0] === 'JOB_STATUS_CHANGE' ? (event[1] as { status: string }).status : '');

/** The states that a job passes through are another test's matter; the events of several jobs come in any order. */
function tell(events: readonly Event[], folder: string): Event[] {
  const told = tidy(events.filter(([name]) => name !== 'JOB_STATUS_CHANGE'), folder) as Event[];
  const inOrder = (event: Event) => (event[0].startsWith('BLOCK_JOB') ? JSON.stringify(event) : '');
  return told.sort((one, other) => (inOrder(one) && inOrder(other) ? inOrder(one).localeCompare(inOrder(other)) : 0));
}

/** Which ranges each image of a chain holds; where they lie in its file, and in what order, is its own matter. */
async function layers(image: string): Promise<object[]> {
  const ranges: { start: number; length: number; depth: number; data: boolean; zero: boolean }[] = [];
  for (const { start, length, depth, data, zero } of JSON.parse(await qemu.img('map', '--output=json', image)) as typeof ranges) {
    const last = ranges.at(-1);
    const isZero = zero && !data;
    if (last?.depth === depth && last.data === data && last.zero === isZero) last.length += length;
    else ranges.push({ start, length, depth, data, zero: isZero });
  }
  return ranges;
}

/** Members that only the seeds or only later versions have, and numbers that depend on the host or the moment. */
const untold = new Set(['encryption_key_missing', 'driver-specific', 'actual-size', 'date-sec', 'date-nsec', 'vm-clock-sec', 'vm-clock-nsec', 'icount']);

/**
 * How long qemu-io took, what fails while the next command is read, what QEMU tells its own terminal of images that it makes
 * and of requests that it has stopped, and the failed flush that it says nothing of.
 */
const ASIDES = /^(.* ops; |(readv|aio_write|flush) failed: |Formatting '|blkdebug: (Suspended|Resuming) request ').*\n/gm;

/** In texts: when a snapshot was taken, and what an image takes of the host's disk. */
const MOMENTS = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \d\d:\d\d:\d\d\.\d{3}|(?<=^disk size: ).*/gm;

/** Of dirty bitmaps, the seeds also have a status and name them beside the medium; QEMU's jobs keep some of their own. */
function isBeyondSeeds(key: string, owner: object): boolean {
  return (key === 'status' && 'granularity' in owner) || (key === 'dirty-bitmaps' && 'device' in owner);
}

const isJobsOwn = (row: unknown): boolean => typeof row === 'object' && row !== null && 'granularity' in row && !('name' in row);

/** A filter that shows a file as it is. */
const FILTERED_FILE = /^(json:\{"throttle-group": "[^"]*", "driver": "throttle", "file": \{"driver": "file"|blkdebug:)/;

function tidy(value: unknown, folder: string): unknown {
  if (Array.isArray(value)) return value.filter((row) => !isJobsOwn(row)).map((row) => tidy(row, folder));
  if (typeof value === 'string') return value.replaceAll(folder, '').replace(/#block\d+/g, '#block').replaceAll('\r', '').replace(ASIDES, '').replace(MOMENTS, '...');
  if (typeof value !== 'object' || value === null) return value;
  // How long the file is depends on when metadata reaches it.
  const isFile = 'format' in value && (value.format === 'file' || ('filename' in value && FILTERED_FILE.test(String(value.filename))));
  // How far a job at a set speed has come depends on the moment.
  const isSlow = 'speed' in value && value.speed !== 0;
  const members = Object.entries(withoutPlace(value)).filter(([key]) =>
    !untold.has(key) && !isBeyondSeeds(key, value) && !(isFile && key === 'virtual-size') && !(isSlow && (key === 'offset' || key === 'busy')));
  return Object.fromEntries(members.map(([key, member]) => [key, isTime(key) ? Number(member) > 0 : tidy(member, folder)]));
}

/** Where a format puts things in its file is its own matter; transcripts that compare statistics call such a node `...-file`. */
function withoutPlace(row: object): object {
  if (!('stats' in row && 'node-name' in row && /-file$/.test(String(row['node-name'])))) return row;
  return { ...row, stats: Object.fromEntries(Object.entries(row.stats as object).filter(([key]) => key !== 'wr_highest_offset')) };
}

/** Of times, and of what is worked out from them, only whether there are any is the same on both sides. */
const isTime = (key: string): boolean => /_(time|latency)_ns$|_queue_depth$/.test(key);

const commandLine = (option: string, entry: object) =>
  [option, Object.entries(entry).map(([key, value]) => (key === 'driver' && option === '-device' ? String(value) : `${key}=${String(value)}`)).join(',')];
