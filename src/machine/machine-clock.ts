import { systemClock } from '../util/clock.ts';
import type { TimerClock } from '../util/clock.ts';
import { VirtualClock } from '../util/virtual-clock.ts';
import { ClockServer } from './clock-server.ts';
import type { MachineDescription } from './description.ts';
import { atEntry } from './entry-error.ts';
import type { Machine } from './machine.ts';

/** What throttling and statistics of a machine go by. @throws EntryError */
export function machineClock({ clock }: MachineDescription): TimerClock {
  return clock?.mode === 'virtual' ? new VirtualClock() : systemClock;
}

/** Serves the socket of a virtual clock, where the description asks for one. Resolves with the off switch. @throws EntryError */
export async function serveClock({ clock: wanted }: MachineDescription, { clock, drives }: Machine): Promise<() => Promise<void>> {
  if (wanted?.socket === undefined || !(clock instanceof VirtualClock)) return () => Promise.resolve();
  const { socket } = wanted;
  const isBusy = () => drives.all().some(({ backend }) => backend.gate.inFlight > 0);
  const server = await atEntry(['clock'], () => ClockServer.listen({ clock, socket, isBusy }));
  return () => server.close();
}
