import type { Link, LinkState } from '../qmp/link.ts';
import { UsageError } from './usage-error.ts';

/** How long a script waits for a monitor that another client holds. */
const SILENT_PATIENCE_MS = 5000;

/**
 * Waits until a link can take commands. A script wants an answer, not a reconnecting link: the first failure is final.
 * @throws UsageError with exit status 1 saying why the far end cannot be used
 */
export function awaitReady(link: Link): Promise<void> {
  return new Promise((resolve, reject) => {
    let patience: NodeJS.Timeout | undefined;
    const settle = (error?: UsageError) => {
      clearTimeout(patience);
      off();
      if (error) reject(error);
      else resolve();
    };
    const look = (now: LinkState) => {
      if (now.state === 'ready') settle();
      else if (now.state === 'waiting' || now.state === 'closed') settle(new UsageError(`${link.label}: ${now.reason}`, 1));
      else if (now.state === 'silent') {
        patience ??= setTimeout(() => settle(new UsageError(
          `${link.label}: connected, but no greeting: another client holds this monitor`, 1)), SILENT_PATIENCE_MS);
      }
    };
    const off = link.onState(look);
    look(link.state);
  });
}
