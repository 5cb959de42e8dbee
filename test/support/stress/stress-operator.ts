import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../block/drivers/qcow2/support/scratch.ts';
import { readChain } from './stress-chain.ts';
import type { Layer } from './stress-chain.ts';
import type { Moment } from './disk-content.ts';
import type { Copy, Increments } from './stress-disk.ts';
import type { StressDisk } from './stress-disk.ts';
import type { StressJob, StressJobs } from './stress-jobs.ts';
import type { Engine } from '../../../src/engine/engine.ts';

interface World {
  readonly engine: Engine;
  readonly folder: string;
  readonly disks: readonly StressDisk[];
  readonly jobs: StressJobs;
  readonly random: Random;
}

type Action = () => Promise<void>;

/** Starts jobs of all kinds on the disks, several at once, and changes its mind about them. */
export class StressOperator {
  readonly #world: World;
  #files = 0;

  constructor(world: World) {
    this.#world = world;
  }

  async play(actions: number): Promise<void> {
    for (let i = 0; i < actions; i++) {
      const { random } = this.#world;
      await random.pick([...this.#starts(random.pick(this.#world.disks)), ...Array.from({ length: 8 }, () => () => this.#handle())])();
      await sleep(random.below(20));
    }
  }

  /** The top of a chain has one job at a time: few others are tried while it has, for their refusals. */
  #starts(disk: StressDisk): Action[] {
    const { random, jobs } = this.#world;
    const below = [() => this.#stream(disk), () => this.#stream(disk), () => this.#backupBelow(disk)];
    if (jobs.running.some((job) => job.disk === disk) && random.below(4) > 0) return below;
    return [
      ...below, () => this.#snapshot(disk), () => this.#snapshot(disk), () => this.#commit(disk), () => this.#commit(disk), () => this.#mirror(disk),
      () => this.#mirror(disk), () => this.#backup(disk), () => this.#increment(disk), () => this.#increment(disk), () => this.#group(),
    ];
  }

  /** One of the verbs for one of the jobs. */
  async #handle(): Promise<void> {
    const { random, jobs } = this.#world;
    if (jobs.running.length === 0) return;
    const job = random.pick(jobs.running);
    const ask = (command: string, more: object = {}): Promise<boolean> =>
      jobs.ask(command, { [command.startsWith('block-') ? 'device' : 'id']: job.id, ...more });
    const verbs: (() => Promise<unknown>)[] = [
      () => ask('block-job-set-speed', { speed: random.pick([0, 0, 1 << 18, 1 << 20, 1 << 23]) }), () => ask('block-job-set-speed', { speed: 0 }),
      () => ask('block-job-pause'), () => ask('job-pause'), () => ask('job-resume'), () => ask('job-resume'), () => ask('block-job-resume'),
      () => jobs.end(job, 'complete'), () => jobs.end(job, 'complete'), () => jobs.end(job, 'complete'),
      () => jobs.end(job, 'cancel'), () => jobs.end(job, 'cancel', { force: random.below(3) === 0 }),
      () => ask('job-finalize'), () => ask('job-finalize'),
    ];
    await random.pick(verbs)();
  }

  async #snapshot(disk: StressDisk): Promise<void> {
    const { engine, jobs } = this.#world;
    const chain = await readChain(engine, disk.device);
    if (chain.length > 6) return;
    const [file, covered] = [this.#newFile('qcow2'), disk.content.open()];
    const isDone = await jobs.ask('blockdev-snapshot-sync', { device: disk.device, 'snapshot-file': file, format: 'qcow2' });
    covered.close();
    if (!isDone) return;
    this.#leaveTop(disk, file, { content: covered, isLayer: false });
  }

  /** The guest goes on with another file. */
  #leaveTop(disk: StressDisk, next: string, copy: Omit<Copy, 'file'>): void {
    disk.copies.set(disk.top, { file: disk.top, ...copy });
    disk.top = next;
    disk.increments = undefined;
  }

  /** Into the top, or into an image below it. */
  async #stream(disk: StressDisk): Promise<void> {
    const { engine, jobs, random } = this.#world;
    const chain = await readChain(engine, disk.device);
    const into = random.below(2) === 0 ? 0 : random.below(chain.length);
    const bottom = into + 1 + random.below(chain.length);
    const base = random.below(2) === 0 ? undefined : chain[bottom];
    const id = jobs.newId();
    const named = base && (random.below(2) === 0 ? { base: base.file } : { 'base-node': base.node });
    await jobs.start('block-stream', { 'job-id': id, device: into === 0 ? disk.device : chain[into]!.node, ...named, ...this.#conditions() },
      [{ id, disk, ends: 'alone', ended: (isDone) => isDone && noteStream(disk, chain.slice(into + 1, base && bottom)) }]);
  }

  async #commit(disk: StressDisk): Promise<void> {
    const { engine, jobs, random } = this.#world;
    const chain = await readChain(engine, disk.device);
    if (chain.length === 1) return;
    const top = random.below(3) === 0 ? 0 : random.below(chain.length - 1);
    const bottom = top + 1 + random.below(chain.length - top - 1);
    const range = chain.slice(top, bottom + 1);
    const id = jobs.newId();
    const base = random.below(2) === 0 ? { base: chain[bottom]!.file } : { 'base-node': chain[bottom]!.node };
    const named = { ...base, ...(top > 0 && (random.below(2) === 0 ? { top: chain[top]!.file } : { 'top-node': chain[top]!.node })) };
    disk.commits++;
    await jobs.start('block-commit', { 'job-id': id, device: disk.device, ...named, ...this.#conditions() }, [{
      id, disk, ends: top === 0 ? 'when ready' : 'alone', ended: (isDone, ending) => noteCommit(disk, range, { isDone, isActive: top === 0, isSwitch: ending?.how === 'complete' }),
    }]);
  }

  async #mirror(disk: StressDisk): Promise<void> {
    const { jobs, random } = this.#world;
    const sync = random.pick(['full', 'full', 'full', 'top', 'none'] as const);
    const format = sync === 'full' && random.below(3) === 0 ? 'raw' : 'qcow2';
    const [id, target] = [jobs.newId(), this.#newFile(format)];
    const { commits } = disk;
    const ended: StressJob['ended'] = (isDone, ending) => {
      if (!isDone || ending === undefined) return;
      const { moment } = ending;
      if (ending.how === 'complete') {
        this.#leaveTop(disk, target, { content: moment, isLayer: sync === 'top' });
      } else if (sync === 'full' || (sync === 'top' && commits === disk.commits)) {
        disk.copies.set(target, { file: target, content: moment, isLayer: sync === 'top' });
      }
    };
    await jobs.start('drive-mirror', {
      'job-id': id, device: disk.device, target, sync, format, ...this.#conditions(),
      ...this.#perhaps({ 'copy-mode': 'write-blocking' }), ...this.#perhaps({ granularity: random.pick([512, 4096, 65536, 1 << 20]) }),
      ...this.#perhaps({ 'buf-size': random.pick([4096, 65536, 1 << 20]) }), ...this.#perhaps({ unmap: false }),
    }, [{ id, disk, ends: 'when ready', ended }]);
  }

  async #backup(disk: StressDisk): Promise<void> {
    const { jobs, random } = this.#world;
    const { job, args } = this.#backupOf(disk, random.pick(['full', 'full', 'full', 'top', 'none'] as const));
    const moment = disk.content.open();
    await jobs.start('drive-backup', { ...args, ...this.#conditions() }, [job(moment)]);
    moment.close();
  }

  /** A copy of what lies below. */
  async #backupBelow(disk: StressDisk): Promise<void> {
    const { engine, jobs, random } = this.#world;
    const layer = random.pick((await readChain(engine, disk.device)).slice(1));
    const content = disk.copies.get(layer?.file ?? '')?.content;
    if (content === undefined) return;
    const { job, args } = this.#backupOf(disk, 'full', { needsLayers: true });
    await jobs.start('drive-backup', { ...args, device: layer.node, ...this.#conditions() }, [job(content)]);
  }

  /** Two disks as they were at one moment; when one copy fails, the other one is not made either. */
  async #group(): Promise<void> {
    const { jobs, disks, random } = this.#world;
    const moments = disks.map((disk) => disk.content.open());
    const parts = disks.map((disk) => this.#backupOf(disk, 'full'));
    const actions = parts.map(({ args }) => ({ type: 'drive-backup', data: { ...args, ...this.#conditions() } }));
    const properties = { 'completion-mode': random.pick(['individual', 'grouped']) };
    await jobs.start('transaction', { actions, properties }, parts.map(({ job }, i) => job(moments[i]!)));
    for (const moment of moments) moment.close();
  }

  /** What it copies, or leaves to the images below, may have become something else when a commit has come between. */
  #backupOf(disk: StressDisk, sync: 'full' | 'top' | 'none', { needsLayers = sync === 'top' } = {}) {
    const { jobs, random } = this.#world;
    const format = sync === 'full' && random.below(3) === 0 ? 'raw' : 'qcow2';
    const [id, target, { commits }] = [jobs.newId(), this.#newFile(format), disk];
    const args = { 'job-id': id, device: disk.device, target, sync, format, ...(format === 'qcow2' && this.#perhaps({ compress: true })) };
    const job = (moment: Moment): StressJob => ({
      id, disk, ends: sync === 'none' ? 'when cancelled' : 'alone',
      ended: (isDone) => {
        const isKept = isDone && sync !== 'none' && (!needsLayers || commits === disk.commits);
        if (isKept) disk.copies.set(target, { file: target, content: moment, isLayer: sync === 'top' });
      },
    });
    return { args, job };
  }

  /** What has changed since the last increment into a copy of the disk; first the whole disk. */
  async #increment(disk: StressDisk): Promise<void> {
    const { jobs } = this.#world;
    const id = jobs.newId();
    const moment = disk.content.open();
    const { increments } = disk;
    const ended = (kept: Increments): StressJob['ended'] => (isDone) => {
      kept.isBegun ||= isDone;
      if (isDone) disk.copies.set(kept.file, { file: kept.file, content: moment, isLayer: false });
      else disk.copies.delete(kept.file);
      kept.isBusy = false;
    };
    if (increments?.isBegun === true && !increments.isBusy) {
      increments.isBusy = true;
      const isAccepted = await jobs.start('drive-backup', {
        'job-id': id, device: disk.device, target: increments.file, sync: 'incremental', bitmap: increments.bitmap, mode: 'existing', ...this.#conditions(),
      }, [{ id, disk, ends: 'alone', ended: ended(increments) }]);
      if (!isAccepted) increments.isBusy = false;
    } else if (increments === undefined || !increments.isBusy) {
      const begun: Increments = { bitmap: `b${id}`, file: this.#newFile('qcow2'), isBegun: false, isBusy: true };
      const add = { type: 'block-dirty-bitmap-add', data: { node: disk.device, name: begun.bitmap, ...this.#perhaps({ granularity: 512 }) } };
      const copy = { type: 'drive-backup', data: { 'job-id': id, device: disk.device, target: begun.file, sync: 'full', format: 'qcow2', ...this.#conditions() } };
      const isAccepted = await jobs.start('transaction', { actions: [add, copy] }, [{ id, disk, ends: 'alone', ended: ended(begun) }]);
      if (isAccepted) disk.increments = begun;
    }
    moment.close();
  }

  #conditions(): object {
    const { random } = this.#world;
    return {
      ...this.#perhaps({ speed: random.pick([1 << 18, 1 << 20, 1 << 22]) }), ...this.#perhaps({ speed: random.pick([1 << 19, 1 << 21]) }),
      ...(random.below(8) === 0 && { 'auto-finalize': false }), ...(random.below(8) === 0 && { 'auto-dismiss': false }),
    };
  }

  #perhaps(members: object): object {
    return this.#world.random.below(3) === 0 ? members : {};
  }

  #newFile(format: string): string {
    return join(this.#world.folder, `new-${this.#files++}.${format}`);
  }
}

/** Images that have left the chain still lie over images that are in it. */
function noteStream(disk: StressDisk, left: readonly Layer[]): void {
  for (const { file } of left) {
    const copy = disk.copies.get(file);
    if (copy !== undefined) disk.copies.set(file, { ...copy, isLayer: true });
  }
}

/** While a commit runs, and when it has failed, only what lies above can be relied on; the base has that content then. */
function noteCommit(disk: StressDisk, range: readonly Layer[], { isDone, isActive, isSwitch }: Record<'isDone' | 'isActive' | 'isSwitch', boolean>): void {
  disk.commits++;
  const [top, ...below] = range.map(({ file }) => file) as [string, ...string[]];
  const base = below.at(-1)!;
  const content = disk.copies.get(top)?.content;
  for (const [file, { isLayer }] of disk.copies) if (isLayer || below.includes(file)) disk.copies.delete(file);
  if (!isDone) return;
  if (isActive && isSwitch) [disk.top, disk.increments] = [base, undefined];
  if (isActive) return;
  disk.copies.delete(top);
  if (content !== undefined) disk.copies.set(base, { file: base, content, isLayer: false });
}
