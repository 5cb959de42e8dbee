import { BlockJob } from '../jobs/block-job.ts';
import type { BlockGraph } from '../block/graph.ts';
import type { Device } from '../machine/device.ts';
import type { Drive } from '../machine/drive.ts';
import type { Machine } from '../machine/machine.ts';
import type { EventHub } from './events.ts';

/** Takes devices out of the machine when the guest lets them go, and tells of it. */
export class DeviceRemoval {
  readonly #graph: BlockGraph;
  readonly #machine: Machine;
  readonly #events: EventHub;
  readonly #releases = new Set<Promise<void>>();

  constructor(around: { graph: BlockGraph; machine: Machine; events: EventHub }) {
    this.#graph = around.graph;
    this.#machine = around.machine;
    this.#events = around.events;
    this.#machine.unplugs.onAgreed = (device) => this.#remove(device);
  }

  /** Resolves when the media of all devices that went are closed; rejects when one could not be. */
  async settled(): Promise<void> {
    await Promise.all(this.#releases);
  }

  /** What hangs on the device goes with it. The events come in a later turn: behind the reply to the command that removed it. */
  #remove(device: Device): void {
    for (const gone of this.#machine.devices.remove(device)) {
      const drive = gone.guest && this.#machine.drives.behind(gone.guest.qdev);
      if (drive) this.#freeDrive(drive);
      setImmediate(() => this.#tell(gone));
    }
  }

  #tell({ id, path, model }: Device): void {
    if (model.part !== undefined) this.#events.emit('DEVICE_DELETED', { path: `${path}/${model.part}` });
    this.#events.emit('DEVICE_DELETED', { ...(id !== undefined && { device: id }), path });
  }

  /** A drive of the machine, or one that was made for the device, goes with it; a client's own stays. */
  #freeDrive(drive: Drive): void {
    if (drive.owner === 'monitor' || drive.device?.model.leavesDrive === true) {
      this.#machine.drives.detach(drive);
      return;
    }
    const { backend } = drive;
    for (const parent of backend.root?.parents ?? []) {
      if (backend.name !== '' && parent instanceof BlockJob) parent.cancel({ force: true });
    }
    this.#machine.drives.delete(drive);
    if (backend.name !== '') this.#graph.backends.delete(backend.name);
    const medium = drive.remove();
    if (medium !== undefined) this.#release(this.#graph.release(medium));
  }

  /** A failure is kept for settled(): nobody waits for it now. */
  #release(release: Promise<void>): void {
    this.#releases.add(release);
    void release.then(() => this.#releases.delete(release), () => undefined);
  }
}
