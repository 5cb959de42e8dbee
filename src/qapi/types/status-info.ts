import { bool, described, enumeration, struct } from '../schema.ts';
import type { Infer } from '../schema.ts';

export const runState = enumeration('RunState', [
  'debug', 'inmigrate', 'internal-error', 'io-error', 'paused', 'postmigrate', 'prelaunch', 'finish-migrate', 'restore-vm',
  'running', 'save-vm', 'shutdown', 'suspended', 'watchdog', 'guest-panicked', 'colo',
]);

export type RunState = Infer<typeof runState>;

/** Whether the guest runs. */
export const statusInfo = struct('StatusInfo', {
  running: bool,
  singlestep: bool,
  status: described(runState, 'why it runs or does not'),
});

export type StatusInfo = Infer<typeof statusInfo>;

/** Who or what asked for a shutdown or reset. */
export const shutdownCause = enumeration('ShutdownCause', [
  'none', 'host-error', 'host-qmp-quit', 'host-qmp-system-reset', 'host-signal', 'host-ui', 'guest-shutdown', 'guest-reset',
  'guest-panic', 'subsystem-reset', 'snapshot-load',
]);
