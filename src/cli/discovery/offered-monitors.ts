import type { MonitorPlace } from '../../shell/completion/sources.ts';

/** The running monitors as completion offers them: with a name, and who else is there. What a terminal could take for an order is left out. */
export async function offeredMonitors(): Promise<MonitorPlace[]> {
  const { findRunningMonitors } = await import('./running-monitors.ts');
  return findRunningMonitors().filter(({ address }) => !/[\x00-\x1f\x7f-\x9f]/.test(address)).map(({ address, pid, name, isBusy }) => ({
    address, detail: `${name.replace(/[\x00-\x1f\x7f-\x9f]/g, '?')}, process ${pid}${isBusy ? ', busy' : ''}`,
  }));
}
