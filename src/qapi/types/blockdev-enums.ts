import { enumeration } from '../schema.ts';
import type { Infer } from '../schema.ts';

/** What a job or device does when a request fails. `auto` follows the device. */
export const blockdevOnError = enumeration('BlockdevOnError', ['report', 'ignore', 'enospc', 'stop', 'auto']);
export type BlockdevOnError = Infer<typeof blockdevOnError>;

/** Which bytes are copied: the top image's, all, only new writes, or a bitmap's. */
export const mirrorSyncMode = enumeration('MirrorSyncMode', ['top', 'full', 'none', 'incremental', 'bitmap']);
export type MirrorSyncMode = Infer<typeof mirrorSyncMode>;

/** Whether the target image exists already or is created. */
export const newImageMode = enumeration('NewImageMode', ['existing', 'absolute-paths']);
export type NewImageMode = Infer<typeof newImageMode>;

/** What becomes of the guest's discards. */
export const blockdevDiscardOptions = enumeration('BlockdevDiscardOptions', ['ignore', 'unmap']);
export type BlockdevDiscardOptions = Infer<typeof blockdevDiscardOptions>;

/** What becomes of writes that are all zeroes. */
export const blockdevDetectZeroesOptions = enumeration('BlockdevDetectZeroesOptions', ['off', 'on', 'unmap']);
export type BlockdevDetectZeroesOptions = Infer<typeof blockdevDetectZeroesOptions>;

export const blockdevAioOptions = enumeration('BlockdevAioOptions', ['threads', 'native', 'io_uring']);
export type BlockdevAioOptions = Infer<typeof blockdevAioOptions>;

/** Whether a changed medium is opened as the last one was. */
export const blockdevChangeReadOnlyMode = enumeration('BlockdevChangeReadOnlyMode', ['retain', 'read-only', 'read-write']);
export type BlockdevChangeReadOnlyMode = Infer<typeof blockdevChangeReadOnlyMode>;

export const preallocMode = enumeration('PreallocMode', ['off', 'metadata', 'falloc', 'full']);
export type PreallocMode = Infer<typeof preallocMode>;

/** How a PC firmware translates disk addresses. */
export const biosAtaTranslation = enumeration('BiosAtaTranslation', ['auto', 'none', 'lba', 'large', 'rechs']);

export const onOffAuto = enumeration('OnOffAuto', ['auto', 'on', 'off']);
export type OnOffAuto = Infer<typeof onOffAuto>;

export const ioOperationType = enumeration('IoOperationType', ['read', 'write']);
export type IoOperationType = Infer<typeof ioOperationType>;

/** What was done about a failed request. */
export const blockErrorAction = enumeration('BlockErrorAction', ['ignore', 'report', 'stop']);
export type BlockErrorAction = Infer<typeof blockErrorAction>;
