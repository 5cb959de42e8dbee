import { noSafety } from '../../src/shell/safety/safety.ts';
import type { Link, LinkState, QmpEvent } from '../../src/qmp/link.ts';
import type { LiveState, Snapshot } from '../../src/shell/live-state.ts';
import { Settings } from '../../src/shell/settings/settings.ts';
import type { Candidate, Completion, Outcome, Output, Session } from '../../src/shell/session.ts';
import type { Translation } from '../../src/shell/translate/translation.ts';

type Row = Readonly<Record<string, unknown>>;

class Listeners<Args extends unknown[]> {
  readonly #all = new Set<(...args: Args) => void>();
  readonly on = (listener: (...args: Args) => void) => {
    this.#all.add(listener);
    return () => void this.#all.delete(listener);
  };
  tell(...args: Args): void {
    for (const listener of this.#all) listener(...args);
  }
}

const version = { qemu: { major: 7, minor: 2, micro: 0 }, package: '' };
const commands = ['block-job-cancel', 'block-job-pause', 'block-stream', 'blockdev-add', 'blockdev-change-medium', 'blockdev-close-tray',
  'blockdev-open-tray', 'drive-backup', 'eject', 'info block', 'info block-jobs', 'lines', 'query-block', 'query-blockstats', 'quit'];

/** A device as `query-block` shows it. */
export function blockRow(device: string, inserted?: Row, more: Row = {}): Row {
  const medium = inserted && {
    'node-name': `#block${device.length}23`, drv: 'qcow2', ro: false, file: `/images/${device}.qcow2`, backing_file_depth: 1,
    image: { 'virtual-size': 10 * 2 ** 30, 'actual-size': 1.3 * 2 ** 30 }, bps: 0, iops: 0, ...inserted,
  };
  return { device, locked: false, removable: false, ...(medium ? { inserted: medium } : {}), ...more };
}

export const demoBlock: readonly Row[] = [
  blockRow('ide0-hd0', { 'node-name': '#block146', file: '/tmp/qmon-demo-x3J9/overlay.qcow2', bps: 10 * 2 ** 20 }),
  blockRow('ide1-cd0', { 'node-name': '#block301', drv: 'raw', ro: true, file: '/tmp/qmon-demo-x3J9/debian-12.iso', backing_file_depth: 0,
    image: { 'virtual-size': 658505728, 'actual-size': 658509824 } }, { removable: true, tray_open: false, locked: true }),
  blockRow('floppy0', undefined, { removable: true, tray_open: true }),
  blockRow('sd0', undefined, { removable: true }),
];

/** A live state that the test drives; every reading moves counters and jobs by the same step. */
class FakeLiveState implements LiveState {
  readonly changes = new Listeners<[Snapshot]>();
  readonly onChange = this.changes.on;
  #block = demoBlock;
  #jobs: readonly Row[] = [];
  #step = 0;
  #timer: NodeJS.Timeout | undefined;
  snapshot: Snapshot = { atMs: 0, block: [], stats: [], jobs: [], nodes: [] };

  set jobs(rows: readonly Row[]) { this.#jobs = rows; }
  set block(rows: readonly Row[]) { this.#block = rows; }

  readAll(): Promise<Snapshot> {
    return this.refresh();
  }

  async refresh(): Promise<Snapshot> {
    const step = ++this.#step;
    this.#jobs = this.#jobs.map((job) => (job.paused === true ? job : { ...job, offset: Math.min(Number(job.len), Number(job.offset) + 40 * 2 ** 20) }));
    const stats = this.#block.map((row, index) => ({ device: row.device, stats: row.inserted === undefined ? {} : counters(step, index) }));
    this.snapshot = { atMs: performance.now(), block: this.#block, stats, jobs: this.#jobs, nodes: [], status: { status: 'running' } };
    this.changes.tell(this.snapshot);
    return this.snapshot;
  }

  /** Reads four times a second whatever was asked for, as fast as panels are ever shown. */
  start(): void {
    this.#timer ??= setInterval(() => void this.refresh(), 250);
    void this.refresh();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function counters(step: number, index: number): Row {
  const wave = (factor: number) => Math.round(step * 40 * factor + 30 * factor * Math.sin(step / 3 + index));
  return {
    rd_bytes: wave(1) * 4096, wr_bytes: wave(0.4) * 16384, rd_operations: wave(1), wr_operations: wave(0.4), flush_operations: step,
    rd_total_time_ns: wave(1) * 120_000, wr_total_time_ns: wave(0.4) * 400_000, flush_total_time_ns: step * 1_000_000,
  };
}

/** A session without a far end: scripted rows, jobs that progress, events on demand; commands are listed in `run`. */
export class FakeSession implements Session {
  readonly safety = noSafety();
  readonly live = new FakeLiveState();
  readonly lines: string[] = ['info block', 'query-block', 'eject ide1-cd0', 'info block-jobs'];
  readonly history = { lines: this.lines, add: (line: string) => void this.lines.push(line) };
  readonly settings = new Settings();
  readonly #states = new Listeners<[LinkState]>();
  readonly #linkEvents = new Listeners<[QmpEvent]>();
  readonly #events = new Listeners<[Output, QmpEvent]>();
  readonly onEvent = this.#events.on;
  readonly link: Link;
  #eventCount = 0;
  #flood: NodeJS.Timeout | undefined;

  constructor() {
    this.link = {
      label: 'demo machine',
      state: { state: 'ready', version },
      execute: async () => ({}),
      request: async () => ({ return: {} }),
      onEvent: this.#linkEvents.on,
      onState: this.#states.on,
      onTraffic: () => () => undefined,
      retry: () => void (this.link.state.state === 'waiting' && this.#setLink('ready')),
      close: async () => undefined,
    };
  }

  isIncomplete(text: string): boolean {
    return text.startsWith('{') && text.split('{').length > text.split('}').length;
  }

  knows(name: string): boolean | undefined {
    return /^(info|eject|query-block)$/.test(name);
  }

  async translate(text: string): Promise<Translation | undefined> {
    return text.startsWith('eject ') ? { messages: [{ execute: 'eject', arguments: { device: text.slice(6) } }], units: [] } : undefined;
  }

  async run(text: string): Promise<Outcome> {
    const [name = '', argument = ''] = text.split(' ');
    switch (name) {
      case 'quit': return { status: 'leave', outputs: [] };
      case 'fail': return failed("GenericError: Device 'nope' not found");
      case 'hang': return new Promise(() => undefined);
      case 'slow': return new Promise((resolve) => setTimeout(() => resolve(done('text', 'slowly done')), Number(argument)));
      case 'lines': return done('text', Array.from({ length: Number(argument) }, (_, index) => `line ${index + 1}`).join('\n'));
      case 'long': return done('text', 'abcdefghij'.repeat(Number(argument)));
      case 'escape': return done('text', 'bell\x07 clear\x1b[2J red\x1b[31m tab\tend');
      case 'json': return done('json', '{\n  "device": "ide0-hd0",\n  "size": 9007199254740993\n}');
      case 'flood': return this.#startFlood(Number(argument));
      case 'jobs': return this.#startJobs(Number(argument));
      case 'disks': return this.#addDisks(Number(argument));
      case 'link': return this.#setLink(argument);
      case 'crash': setTimeout(() => { throw new Error('made to crash'); }, 1); return done('text', 'soon');
      default: return done('text', `ran: ${text}`);
    }
  }

  async complete(text: string, cursor: number): Promise<Completion> {
    const head = text.slice(0, cursor);
    const from = head.lastIndexOf(' ') + 1;
    const word = head.slice(from);
    const first = from === 0;
    const names = first ? commands : demoBlock.map((row) => String(row.device));
    const candidates = names.filter((name) => name.startsWith(word)).map((name): Candidate => ({
      insert: `${name} `, label: name, kind: first ? 'command' : 'device',
      detail: first ? `runs ${name}` : name === 'ide1-cd0' ? 'raw, read-only' : 'qcow2',
    }));
    return { from, to: cursor, candidates, ...(first ? {} : { expects: 'device' }) };
  }

  async close(): Promise<void> {
    clearInterval(this.#flood);
    this.live.stop();
  }

  emit(name: string, data: QmpEvent['data'] = {}): void {
    const event: QmpEvent = { event: name, data, timestamp: { seconds: 1_700_000_000, microseconds: 0 } };
    this.#linkEvents.tell(event);
    this.#events.tell({ kind: 'event', text: `12:00:00.000 ${name}  number ${++this.#eventCount}`, data: event }, event);
  }

  /** Emits `perSecond` events each second, in batches of 10 ms; 0 ends it. */
  #startFlood(perSecond: number): Outcome {
    clearInterval(this.#flood);
    if (perSecond > 0) this.#flood = setInterval(() => {
      for (let count = 0; count < perSecond / 100; count++) this.emit('JOB_STATUS_CHANGE', { id: 'job0', status: 'running' });
    }, 10);
    return done('text', perSecond > 0 ? `flooding with ${perSecond}/s` : 'calm again');
  }

  #startJobs(count: number): Outcome {
    const states = [{ status: 'running' }, { status: 'paused', paused: true }, { status: 'ready', ready: true, type: 'mirror' }];
    this.live.jobs = Array.from({ length: count }, (_, index) => ({
      device: `job${index}`, type: 'stream', offset: 1e9 * (index + 1), len: 10 * 2 ** 30, speed: index === 0 ? 2 ** 20 * 50 : 0,
      paused: false, ready: false, 'io-status': 'ok', ...states[index % 3],
    }));
    return done('text', `${count} jobs`);
  }

  #addDisks(count: number): Outcome {
    this.live.block = [...demoBlock, ...Array.from({ length: count }, (_, index) => blockRow(`virtio${index}`, {}))];
    return done('text', `${count} more disks`);
  }

  #setLink(name: string): Outcome {
    const states: Readonly<Record<string, LinkState>> = {
      ready: { state: 'ready', version },
      silent: { state: 'silent', sinceMs: 0 },
      waiting: { state: 'waiting', attempt: 2, retryInMs: 5000, reason: 'connection refused' },
    };
    const state = states[name] ?? { state: 'connecting' };
    (this.link as { state: LinkState }).state = state;
    this.#states.tell(state);
    return done('text', `link ${name}`);
  }
}

function done(kind: Output['kind'], text: string): Outcome {
  return { status: 'done', outputs: [{ kind, text }] };
}

function failed(text: string): Outcome {
  return { status: 'failed', outputs: [{ kind: 'error', text }] };
}
