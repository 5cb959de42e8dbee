import type { BlockGraph } from '../block/graph.ts';
import type { JobTable } from '../jobs/job-table.ts';
import type { MachineDescription } from '../machine/description.ts';
import type { Machine } from '../machine/machine.ts';
import type { NbdExports } from '../nbd/exports.ts';
import type { EventHub, Off, QmpEvent } from './events.ts';
import type { MonitorNodes } from './monitor-nodes.ts';
import type { RunState } from './run-state.ts';

/** What the engine emulates; at most one of the first four, none of them is a machine without drives. */
export interface EngineOptions {
  readonly machine?: MachineDescription;
  /** A machine file's name. */
  readonly machineFile?: string;
  /** Disk, CD and floppy images for a machine with drives of QEMU's default names. */
  readonly images?: readonly string[];
  /** The demo machine, on images made in a new temporary folder. */
  readonly demo?: boolean;
  /** Goes into query-version after the QEMU version: 'qmon 1.2.3'. */
  readonly package?: string;
  /** Called when a client said quit; the host should close the engine and leave. */
  readonly onQuit?: () => void;
  /** Hears, in a sentence, what people should know and no client is told: images that cannot be locked. */
  readonly onNote?: (text: string) => void;
}

/** A QEMU version as query-version reports it. */
export interface EngineVersion {
  readonly qemu: { readonly major: number; readonly minor: number; readonly micro: number };
  readonly package: string;
}

/** A QMP engine in this process. */
export interface Engine {
  /** Runs one command after those before it and returns its reply, which is the caller's. @throws QapiError */
  execute(name: string, args?: Readonly<Record<string, unknown>>): Promise<unknown>;
  onEvent(listener: (event: QmpEvent) => void): Off;
  version(): EngineVersion;
  /** Opens the machine's images; the first command that needs them does so too. @throws QapiError in QEMU's words */
  open(): Promise<void>;
  /** Cancels jobs, flushes and closes every image, removes temporary files. */
  close(): Promise<void>;
  /** What `close` would have to wait for, in words. */
  unfinished(): readonly string[];
  /** Writes out what was acknowledged, whatever still runs. @returns the names of images for which that failed */
  flush(): Promise<readonly string[]>;
  readonly events: EventHub;
  readonly runState: RunState;
  /** The following are there once the engine is open. */
  readonly graph: BlockGraph;
  readonly jobs: JobTable;
  readonly machine: Machine;
  readonly monitorNodes: MonitorNodes;
  readonly exports: NbdExports;
  /** For handlers: runs a command as a part of the one that is running. */
  executeNested(name: string, args?: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** For the quit command. */
  quit(): void;
}

/** What opening a machine makes. */
export interface Opened {
  readonly graph: BlockGraph;
  readonly jobs: JobTable;
  readonly machine: Machine;
  readonly monitorNodes: MonitorNodes;
  readonly exports: NbdExports;
  close(): Promise<void>;
}
