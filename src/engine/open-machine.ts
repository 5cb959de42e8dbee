import { BlockGraph } from '../block/graph.ts';
import { JobTable } from '../jobs/job-table.ts';
import { buildMachine } from '../machine/build-machine.ts';
import type { MachineDescription } from '../machine/description.ts';
import { EntryError } from '../machine/entry-error.ts';
import { machineClock, serveClock } from '../machine/machine-clock.ts';
import { NbdExports } from '../nbd/exports.ts';
import type { GuestIoError } from '../machine/synthetic-guest.ts';
import { describeMachine } from './describe-machine.ts';
import { DeviceRemoval } from './device-removal.ts';
import type { Opened, EngineOptions } from './engine.ts';
import { EventRateLimit } from './event-rate-limit.ts';
import { eventNow } from './events.ts';
import type { EventHub } from './events.ts';
import { MonitorNodes } from './monitor-nodes.ts';

interface Surroundings {
  readonly events: EventHub;
  readonly onGuestError: (error: GuestIoError) => void;
  readonly onNote: ((text: string) => void) | undefined;
}

/** Opens the images of the machine that the options name; when one fails, what was opened is closed again. */
export async function openMachine(options: EngineOptions, around: Surroundings): Promise<Opened> {
  const { description, explain, dispose } = await describeMachine(options);
  try {
    return await open(description, around, dispose);
  } catch (error) {
    await dispose();
    throw error instanceof EntryError ? explain(error) : error;
  }
}

async function open(description: MachineDescription, around: Surroundings, dispose: () => Promise<void>): Promise<Opened> {
  const graph = new BlockGraph({ clock: machineClock(description) });
  graph.onNote = around.onNote;
  const jobs = new JobTable({ turns: graph.turns });
  const monitorNodes = new MonitorNodes();
  const exports = new NbdExports(graph);
  exports.onDeleted = (id) => around.events.emit('BLOCK_EXPORT_DELETED', { id });
  exports.onFailure = (error) => around.onNote?.(`the NBD server: ${error instanceof Error ? error.message : String(error)}`);
  jobs.onEvent((name, data) => around.events.emit(name, data));
  graph.onCorruption = (node, { message, fatal, offset, length }) => {
    const device = [...graph.backends.values()].find(({ root }) => root === node)?.name ?? '';
    around.events.emit('BLOCK_IMAGE_CORRUPTED', {
      device, 'node-name': node.name, msg: message, ...(offset !== undefined && { offset }), ...(length !== undefined && { size: length }), fatal,
    });
  };
  const limit = new EventRateLimit({ clock: graph.clock, send: (event) => around.events.send(event) });
  graph.onDriverEvent = (node, { name, child, data }) => {
    const named = child === undefined ? { reference: node.deviceOrNodeName } : { 'node-name': node.children.get(child)?.name ?? '' };
    limit.offer(`${name} ${named['node-name'] ?? ''}`, eventNow(name, { ...data, ...named }));
  };
  try {
    const machine = await buildMachine({
      description, graph, keep: (node) => monitorNodes.add(node), onGuestError: around.onGuestError,
    });
    const removal = new DeviceRemoval({ graph, machine, events: around.events });
    const stopClock = await serveClock(description, machine);
    const close = async () => {
      try {
        limit.close();
        await stopClock();
        await exports.close();
        await machine.close();
        await removal.settled();
        await jobs.cancelAll();
        await graph.closeAll();
      } finally {
        await dispose();
      }
    };
    return { graph, jobs, machine, monitorNodes, exports, close };
  } catch (error) {
    await graph.closeAll();
    throw error;
  }
}
