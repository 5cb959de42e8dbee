/** A `-drive`: its keys are QEMU's, dotted ones included (`cache.direct`, `throttling.bps-total`, `file.filename`). */
export interface DriveDescription {
  readonly id?: string;
  readonly if?: 'ide' | 'scsi' | 'floppy' | 'sd' | 'virtio' | 'none';
  readonly index?: number;
  readonly bus?: number;
  readonly unit?: number;
  readonly media?: 'disk' | 'cdrom';
  readonly file?: string;
  readonly format?: string;
  readonly driver?: string;
  readonly 'node-name'?: string;
  readonly readonly?: boolean | 'on' | 'off';
  readonly 'read-only'?: boolean | 'on' | 'off';
  readonly cache?: 'none' | 'writeback' | 'writethrough' | 'unsafe' | 'directsync';
  readonly aio?: 'threads' | 'native' | 'io_uring';
  readonly discard?: 'ignore' | 'off' | 'unmap' | 'on';
  readonly 'detect-zeroes'?: 'off' | 'on' | 'unmap';
  readonly werror?: 'ignore' | 'stop' | 'report' | 'enospc';
  readonly rerror?: 'ignore' | 'stop' | 'report';
  readonly [option: string]: unknown;
}

/** A `-device`: a guest disk, CD or floppy drive, or a controller. */
export interface DeviceDescription {
  readonly driver: string;
  readonly id?: string;
  /** The drive or node behind it. */
  readonly drive?: string;
  readonly bus?: string;
  readonly [property: string]: unknown;
}

/** An `-object`. */
export interface ObjectDescription {
  readonly 'qom-type': string;
  readonly id: string;
  readonly [property: string]: unknown;
}

/** Requests a second and their size. */
export interface GuestLoad {
  readonly iops: number;
  /** Bytes, or text such as `4k`. */
  readonly size: number | string;
}

/** What the synthetic guest does with one device. */
export interface GuestDescription {
  /** A drive's name, or a device's id or QOM path. */
  readonly device: string;
  readonly reads?: GuestLoad;
  readonly writes?: GuestLoad;
  /** The guest has locked the tray. */
  readonly locked?: boolean;
}

/** What the query commands of the machine's own side answer from. */
export interface MachineFacts {
  readonly name?: string;
  readonly cpus?: readonly unknown[];
  readonly memdevs?: readonly unknown[];
  readonly nics?: readonly unknown[];
  readonly tpm?: readonly unknown[];
  readonly rocker?: readonly unknown[];
}

/** What throttling and statistics go by: the host's time, or one that a client moves (`clock_step NS` on the socket). */
export interface ClockDescription {
  readonly mode: 'real' | 'virtual';
  /** Path of the unix socket of a virtual clock. */
  readonly socket?: string;
}

/** A machine, in the shape of the machine file. */
export interface MachineDescription {
  readonly drives?: readonly DriveDescription[];
  readonly blockdevs?: readonly Readonly<Record<string, unknown>>[];
  readonly devices?: readonly DeviceDescription[];
  readonly objects?: readonly ObjectDescription[];
  readonly guest?: readonly GuestDescription[];
  readonly machine?: MachineFacts;
  readonly clock?: ClockDescription;
}
