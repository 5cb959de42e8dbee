import type { Random } from '../../block/drivers/qcow2/support/scratch.ts';
import type { Effect, FillVerb } from './disk-model.ts';
import { SECTOR } from './disk-model.ts';

/** What an image that the engine makes has. */
const DEFAULT_CLUSTER = 65536;

/** One image of the rig, as it is at first. */
export interface DiskPlan {
  readonly device: string;
  readonly file: string;
  readonly clusterSize: number;
  readonly version: 2 | 3;
  /** Bytes. */
  readonly size: number;
  readonly maxSize: number;
  /** How often it may be continued in a new file. */
  readonly maxOverlays: number;
  /** The backing file's two names; absent: there is none. */
  readonly backing?: readonly [string, string];
}

export interface Request {
  readonly number: number;
  readonly command: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly effect: Effect;
}

type Action = Pick<Request, 'command' | 'args' | 'effect'>;

/** Makes up what is asked of one disk: batches of requests that run at once, on ranges of their own. */
export class RandomRequests {
  readonly #random: Random;
  readonly #plan: DiskPlan;
  #number = 0;
  #clusterSize: number;
  #file: string;
  #size: number;
  #overlays = 0;
  #snapshots: string[] = [];
  /** Clusters that may have a place in the file: as in QEMU, nothing is compressed into them. */
  #placed = new Set<number>();

  constructor(plan: DiskPlan, random: Random) {
    this.#plan = plan;
    this.#random = random;
    this.#clusterSize = plan.clusterSize;
    this.#file = plan.file;
    this.#size = plan.size;
  }

  batches(count: number): Request[][] {
    return Array.from({ length: count }, () => this.#batch().map((action) => ({ number: this.#number++, ...action })));
  }

  #batch(): Action[] {
    if (this.#random.below(6) > 0) return this.#data();
    const alone = [() => this.#snapshot(), () => this.#snapshot(), () => this.#deleteSnapshot(), () => this.#resize(),
      () => this.#renameBacking(), () => this.#overlay()];
    const action = this.#random.pick(alone)();
    return action === undefined ? this.#data() : [action];
  }

  #data(): Action[] {
    const parts = 1 + this.#random.below(6);
    const window = Math.min(this.#size, this.#random.pick([4, 16, 256]) * this.#clusterSize);
    const base = this.#random.below(this.#size - window + 1);
    const cuts = Array.from({ length: parts * 2 }, () => this.#cut(base + this.#random.below(window + 1))).sort((a, b) => a - b);
    const actions = Array.from({ length: parts }, (_, i) => [cuts[i * 2] as number, cuts[i * 2 + 1] as number] as const)
      .filter(([from, to]) => from < to)
      .map(([from, to]) => this.#fill(from, Math.min(to - from, 1 << 20)));
    return this.#random.below(4) === 0 ? [...actions, this.#io('flush', { kind: 'flush' })] : actions;
  }

  /** Most borders are cluster borders. */
  #cut(offset: number): number {
    const unit = this.#random.pick([this.#clusterSize, this.#clusterSize, SECTOR]);
    return Math.min(this.#size, Math.round(offset / unit) * unit);
  }

  #fill(offset: number, length: number): Action {
    const { version, backing } = this.#plan;
    const value = 1 + this.#random.below(255);
    const fill = (verb: FillVerb, result: number): Action => {
      const pattern = result === 0 ? '' : ` -P ${result}`;
      return this.#io(`${verb}${pattern} ${offset} ${length}`, { kind: 'fill', verb, offset, length, value: result });
    };
    const isWhole = offset % this.#clusterSize === 0 && length % this.#clusterSize === 0;
    const kind = this.#random.below(10);
    const isPlaced = this.#isPlaced(offset, length);
    this.#place(offset, length);
    if (kind === 2 && isWhole && !isPlaced) return fill('write -c', value);
    if (kind === 0) return fill('write -z', 0);
    if (kind === 1) return fill('write -z -u', 0);
    // Version 2 cannot say of a cluster that it is zero, and lets what is below show.
    const isZeroed = isWhole && (version === 3 || (backing === undefined && this.#overlays === 0));
    if (kind <= 4 && isZeroed) return fill('discard', 0);
    return fill('write', value);
  }

  #clusters(offset: number, length: number): number[] {
    const first = Math.floor(offset / this.#clusterSize);
    return Array.from({ length: Math.ceil((offset + length) / this.#clusterSize) - first }, (_, i) => first + i);
  }

  #place(offset: number, length: number): void {
    for (const cluster of this.#clusters(offset, length)) this.#placed.add(cluster);
  }

  #isPlaced(offset: number, length: number): boolean {
    return this.#clusters(offset, length).some((cluster) => this.#placed.has(cluster));
  }

  #io(line: string, effect: Effect): Action {
    return { command: 'human-monitor-command', args: { 'command-line': `qemu-io ${this.#plan.device} "${line}"` }, effect };
  }

  #snapshot(): Action | undefined {
    if (this.#snapshots.length >= 3) return undefined;
    const name = `s${this.#number}`;
    this.#snapshots.push(name);
    return {
      command: 'blockdev-snapshot-internal-sync', args: { device: this.#plan.device, name },
      effect: { kind: 'snapshot', file: this.#file, name },
    };
  }

  #deleteSnapshot(): Action | undefined {
    if (this.#snapshots.length === 0) return undefined;
    const [name] = this.#snapshots.splice(this.#random.below(this.#snapshots.length), 1) as [string];
    return {
      command: 'blockdev-snapshot-delete-internal-sync', args: { device: this.#plan.device, name },
      effect: { kind: 'delete-snapshot', file: this.#file, name },
    };
  }

  /** An image with snapshots can grow, but not shrink, and in version 2 not even grow. */
  #resize(): Action | undefined {
    if (this.#snapshots.length > 0) return undefined;
    const { device, maxSize } = this.#plan;
    const size = Math.ceil((maxSize / 4 + this.#random.below((maxSize * 3) / 4)) / SECTOR) * SECTOR;
    this.#size = size;
    return { command: 'block_resize', args: { device, size }, effect: { kind: 'resize', size } };
  }

  #renameBacking(): Action | undefined {
    const { device, backing } = this.#plan;
    if (backing === undefined) return undefined;
    const filename = this.#random.pick(backing);
    const args = { device, 'image-node-name': `${device}-node`, 'backing-file': filename };
    return { command: 'change-backing-file', args, effect: { kind: 'rename-backing', filename } };
  }

  /** From now on the disk lies in a new file over all that it was. */
  #overlay(): Action | undefined {
    if (this.#overlays >= this.#plan.maxOverlays) return undefined;
    this.#file = `${this.#plan.file}.${++this.#overlays}`;
    this.#clusterSize = DEFAULT_CLUSTER;
    this.#placed = new Set();
    this.#snapshots = [];
    const { device } = this.#plan;
    return {
      command: 'blockdev-snapshot-sync', args: { device, 'snapshot-file': this.#file, format: 'qcow2', mode: 'absolute-paths' },
      effect: { kind: 'overlay', file: this.#file },
    };
  }
}
