import type { BlockBackend } from './backend.ts';
import type { ThrottleGroups } from './throttle-groups.ts';
import { isLimiting } from './throttle-limits.ts';
import type { ThrottleLimits } from './throttle-limits.ts';

export interface ThrottleRequest {
  /** Checked already. */
  readonly limits: ThrottleLimits;
  /** Absent: the group that the backend is in, or else one of its own. */
  readonly group?: string | undefined;
  /** Name of a group of its own. */
  readonly name: string;
}

/** Gives limits to a backend and to all others of its group; without any limit the backend leaves its group. */
export function throttleBackend(backend: BlockBackend, groups: ThrottleGroups, { limits, group, name }: ThrottleRequest): void {
  const former = backend.throttle;
  const wanted = isLimiting(limits) ? group ?? former?.group.name ?? name : undefined;
  if (former && former.group.name !== wanted) {
    groups.leave(former);
    backend.throttle = undefined;
  }
  if (wanted === undefined) return;
  backend.throttle ??= groups.join(wanted);
  backend.throttle.group.configure(limits, backend.throttle);
}
