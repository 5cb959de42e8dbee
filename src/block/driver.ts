import type { Members } from '../qapi/schema.ts';
import type { BlkdebugEvent } from '../qapi/types/blkdebug-options.ts';
import type { DirtyBitmap } from './dirty-bitmap.ts';
import type { Permission } from './permissions.ts';
import type { HostLock } from './host-lock.ts';
import type { ThrottleGroups } from './throttle-groups.ts';

/** Where the bytes of a run are: stored in this image, known to be zero, or left to the backing file. */
export type ExtentKind = 'data' | 'zero' | 'unallocated';

/** A run of guest bytes of one kind. */
export interface Extent {
  readonly offset: number;
  /** Bytes; at least 1. */
  readonly length: number;
  readonly kind: ExtentKind;
  /** Offset in the `file` child (in the host file, for a protocol driver) when the bytes lie there plainly. */
  readonly hostOffset?: number;
  readonly compressed?: boolean;
}

export interface WriteOptions {
  /** The data is on stable storage when the write resolves. */
  readonly fua?: boolean;
  /** Store compressed, where the format can; offset and length are whole clusters or end at the image's end. */
  readonly compressed?: boolean;
}

/** Bytes that lie plainly in a file of the host. */
export interface HostRange {
  readonly descriptor: number;
  readonly offset: number;
}

/** Brings `length` bytes, from the byte `from` of a request on, to a place in a host file; false when that is not possible. */
export type PutInHost = (place: HostRange, from: number, length: number) => Promise<boolean>;

export interface ZeroOptions {
  /** The space may be given back instead of being filled. */
  readonly mayUnmap?: boolean;
  /** Better fail with ENOTSUP, with nothing or only a part done, than write zeroes that take as long as data. */
  readonly mustBeFast?: boolean;
}

/**
 * Byte-addressed block I/O: what a node offers to its parents and what a driver sees of its children.
 * Offsets and lengths are bytes. Every method rejects with IoError.
 * Behind the gate (block/io.ts) requests are in range and permitted: implementations do not check again.
 */
export interface BlockIo {
  /** Bytes. */
  readonly length: number;
  /** Reads beyond the end give zeroes and writes there make it longer; otherwise `truncate` must come first. */
  readonly isGrowable?: boolean;
  /** Bytes that the image allocates at a time; absent where it knows no such unit. */
  readonly clusterSize?: number;
  /** Runs `work` while nobody else writes into the range; `work` gets the image behind the gate, and says whether it `changes` what is read there. */
  exclusively?<T>(offset: number, length: number, work: (image: BlockIo) => Promise<T>, changes?: boolean): Promise<T>;
  /** Told where a user is about to do something; only debugging images listen. Resolves when the user may go on. */
  readonly raise?: (event: BlkdebugEvent) => Promise<void>;
  /** Fills all of `into`. */
  read(offset: number, into: Buffer): Promise<void>;
  write(offset: number, from: Buffer, options?: WriteOptions): Promise<void>;
  /**
   * As write, of bytes that never come here: `put` is told where in the host they belong, in one or more pieces.
   * Nobody can look for zeroes on their way (`detect-zeroes`): the caller knows that they are not all zero.
   * False when it could not be done so, and the bytes are still to be written; absent where it never can.
   */
  writeOffloaded?(offset: number, length: number, put: PutInHost): Promise<boolean>;
  writeZeroes(offset: number, length: number, options?: ZeroOptions): Promise<void>;
  /** A hint: the content is no longer needed. */
  discard(offset: number, length: number): Promise<void>;
  /** Resolves when all writes that have resolved are on stable storage. */
  flush(): Promise<void>;
  /** Sets the length in bytes; what is new reads as zero. */
  truncate(length: number): Promise<void>;
  /** The first run at `offset`, at most `length` bytes long. */
  map(offset: number, length: number): Promise<Extent>;
}

export interface SnapshotFacts {
  readonly id: string;
  readonly name: string;
  /** Bytes. */
  readonly vmStateSize: number;
  readonly dateSeconds: number;
  readonly dateNanoseconds: number;
  readonly vmClockNanoseconds: bigint;
  /** Instructions executed; absent where the image does not tell. */
  readonly icount?: bigint;
}

/** What is said of a snapshot that is to be taken; the image numbers it. */
export type NewSnapshot = Pick<SnapshotFacts, 'name' | 'dateSeconds' | 'dateNanoseconds' | 'vmClockNanoseconds'>;

/** What an open image knows of itself. */
export interface ImageFacts {
  /** Bytes; absent where the format has no clusters. */
  readonly clusterSize?: number;
  readonly encrypted?: boolean;
  readonly compressed?: boolean;
  readonly dirty?: boolean;
  /** As stored in the image. */
  readonly backingFilename?: string;
  readonly backingFormat?: string;
  readonly snapshots?: readonly SnapshotFacts[];
  /** The `ImageInfoSpecific` branch as it goes over the wire: `{type, data}`. */
  readonly formatSpecific?: { readonly type: string; readonly data: Readonly<Record<string, unknown>> };
}

/** Damage found in an image's metadata, as the BLOCK_IMAGE_CORRUPTED event tells it. */
export interface CorruptionReport {
  readonly message: string;
  /** The image takes no more requests and, if it could be written to, is marked corrupt. */
  readonly fatal: boolean;
  /** Bytes in the file, of the access that was refused. */
  readonly offset?: number;
  readonly length?: number;
}

/** Requests stopped at events, for those who debug: the tags are the caller's own. */
export interface Breakpoints {
  /** Stops the next request that raises the event. */
  set(event: BlkdebugEvent, tag: string): void;
  /** Whether there was one to remove that no request has met. */
  remove(tag: string): boolean;
  /** Whether there was a stopped request to let go on. */
  resume(tag: string): boolean;
  has(tag: string): boolean;
  isStopped(tag: string): boolean;
  /** Resolves when a request is stopped under the tag. */
  stopped(tag: string): Promise<void>;
  resumeAll(): void;
}

/** What a driver has to tell whoever runs the machine: an event's wire name and its members, but for the nodes' names. */
export interface DriverEvent {
  readonly name: 'QUORUM_REPORT_BAD' | 'QUORUM_FAILURE';
  /** The child that it is about. */
  readonly child?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Children that come and go while the image is open. */
export interface ChangingChildren {
  /** @throws QapiError when one more is not possible */
  checkAdd(): void;
  /** @throws QapiError when none can be spared */
  checkRemove(): void;
  /** The name that the next child gets. */
  readonly nextName: string;
  add(name: string, child: BlockIo): void;
  remove(name: string): void;
}

/** Keeps dirty bitmaps inside an image while nobody has it open. */
export interface BitmapStore {
  /** What the image held when it was opened. */
  readonly found: readonly DirtyBitmap[];
  /** Why one more bitmap like this could not be stored beside those, in QEMU's words; undefined when it could. */
  refuses(wanted: { readonly name: string; readonly granularity: number }, beside: Iterable<DirtyBitmap>): string | undefined;
  /** Connects the bitmaps of the node: those that are persistent are stored when the image closes. */
  attach(bitmaps: Iterable<DirtyBitmap>): void;
  /** Says in the image that what is stored is about to become stale. */
  markInUse(): Promise<void>;
  /** Stores all that are persistent, before the image closes or is no longer written to. */
  store(): Promise<void>;
  /** Takes the bitmap of this name, if it is stored, out of the image. */
  remove(name: string): Promise<void>;
}

/** An image that a driver has opened. */
export interface OpenImage extends BlockIo {
  readonly bitmapStore?: BitmapStore | undefined;
  facts(): ImageFacts;
  /** Connects or disconnects the backing image; reads of unallocated bytes go there, beyond its end they are zero. */
  setBacking?(backing: BlockIo | undefined): void;
  /** Rewrites the backing file's name and format in the image's metadata; undefined removes them. */
  changeBackingFile?(filename: string | undefined, format: string | undefined): Promise<void>;
  /** Takes a snapshot inside the image. */
  createSnapshot?(request: NewSnapshot): Promise<void>;
  /** Deletes the snapshot of this id inside the image. */
  deleteSnapshot?(id: string): Promise<void>;
  /** Bytes taken on the host (protocol drivers). */
  allocatedBytes?(): Promise<number>;
  /** Requests must start and end at multiples of this many bytes; the gate sees to it. Absent: any byte. */
  readonly alignment?: number;
  /** Host path or device of a protocol driver. */
  readonly filename?: string;
  /** Open file descriptor of a protocol driver whose bytes lie plainly in a host file, for copy offload. */
  readonly descriptor?: number;
  /** The host's lock on the file of a protocol driver; it follows what the node's users need. */
  readonly lock?: HostLock;
  /** Why a protocol driver cannot lock its file, which it has therefore opened read-only. */
  readonly lockFailure?: string;
  /** Set by the graph; hears of damage in the metadata. */
  onCorruption?: ((report: CorruptionReport) => void) | undefined;
  /** Set by the graph; hears of what the driver has to tell. */
  onEvent?: ((event: DriverEvent) => void) | undefined;
  readonly breakpoints?: Breakpoints;
  readonly changingChildren?: ChangingChildren;
  /** Keeps no request waiting, now and until the returned function is called; only images that do so by themselves have it. */
  letPass?(): () => void;
  /** Flushes metadata and releases everything; the children are closed by the graph. */
  close(): Promise<void>;
}

export interface ChildSlot {
  /** The option's name in blockdev-add: 'file', 'backing' ... */
  readonly name: string;
  readonly optional?: boolean;
  /** The option is a list; its children are called 'children.0', 'children.1' ... */
  readonly isList?: boolean;
}

export interface OpenRequest<Options> {
  /** Checked against the driver's `options`; children removed. */
  readonly options: Options;
  /** The opened children by slot name. A backing image is never here: it is connected by `setBacking` after opening. */
  readonly children: Readonly<Record<string, BlockIo>>;
  readonly readOnly: boolean;
  /** A child of a slot and the images below it, nearest first, as they are now. */
  layers?(slot: string): readonly { readonly name: string; readonly io: BlockIo }[];
  /** discard=unmap was asked for: pass discards on to the file. */
  readonly unmap: boolean;
  /** The format was guessed from the content, which a guest can change. */
  readonly probed?: boolean;
  /** The image that is open until now and whose place the new one takes; closed once that has happened. */
  readonly former?: OpenImage;
  /** The graph's, for a driver that joins one. */
  readonly throttleGroups?: ThrottleGroups;
  /** As asked for or inherited from the parent; absent: all off. */
  readonly cache?: { readonly direct: boolean; readonly noFlush: boolean };
}

export interface CreateRequest<Options> {
  /** A writable file; the format writes itself into it, and what was there is lost once the options are found to be right. */
  readonly file: BlockIo;
  /** Virtual size in bytes. */
  readonly size: number;
  /** Checked against `create.options`. */
  readonly options: Options;
}

/** One image format, protocol or filter: the default export of its file in `drivers/`. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each driver has option types of its own
export interface BlockDriver<Options = any, CreateOptions = any> {
  readonly name: string;
  readonly role: 'protocol' | 'format' | 'filter';
  /** One line of help. */
  readonly doc: string;
  /** Keeps `WriteOptions.compressed`. */
  readonly compresses?: true;
  /** Driver-specific members of `BlockdevOptions`, children not included. */
  readonly options: Members;
  readonly children: readonly ChildSlot[];
  /** Keeps no metadata of its own in its file: what the users of the node need is all that is needed of the file. */
  readonly passesThrough?: boolean;
  /** Its own options that can be others when a node is reopened; absent: its nodes are not reopened. */
  readonly reopens?: readonly string[];
  /** Filters: the child whose content the node shows. */
  readonly filters?: string;
  /** What the driver does with its children beyond what their users ask, when that can be known from the options alone. */
  access?(options: Options): { readonly needs?: readonly Permission[]; readonly unshares?: readonly Permission[] };
  /** The file name that opens such a node, from those of its children; undefined when there is none. */
  filenameOf?(options: Options, children: Readonly<Record<string, string | undefined>>): string | undefined;
  /** With these options, only a part of the file is the image: nobody may resize the file. */
  isPart?(options: Readonly<Record<string, unknown>>): boolean;
  /** How sure the driver is that the first bytes of a file (up to 2 KiB) are its format: 0 (not mine) to 100. */
  probe?(head: Buffer, filename: string): number;
  /** @throws QapiError in QEMU's words when the image or an option is wrong, IoError when the host fails */
  open(request: OpenRequest<Options>): Promise<OpenImage>;
  /** Formats: writes an empty image. */
  readonly create?: { readonly options: Members; create(request: CreateRequest<CreateOptions>): Promise<void> };
  /** Protocols: makes the host's file, or empties one that is there. */
  createFile?(options: CreateOptions): Promise<void>;
}
