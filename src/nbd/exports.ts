import type { BlockBackend } from '../block/backend.ts';
import type { BlockGraph } from '../block/graph.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import { NbdExport } from './export.ts';
import type { ExportInit } from './export.ts';
import type { ExportSource } from './negotiation.ts';
import { MAX_STRING } from './protocol.ts';
import { NbdServer } from './server.ts';
import type { NbdServerInit } from './server.ts';

/** The NBD server, if one runs, and what it offers. */
export class NbdExports implements ExportSource {
  /** Hears of exports that are gone. */
  onDeleted: ((id: string) => void) | undefined;
  /** Hears of what went wrong while nobody waited for it. */
  onFailure: ((error: unknown) => void) | undefined;
  readonly #graph: Pick<BlockGraph, 'release'>;
  #server: NbdServer | undefined;
  /** Oldest first. */
  #exports: NbdExport[] = [];
  /** Exports that are being closed, until they are. */
  readonly #closing = new Map<NbdExport, Promise<void>>();

  constructor(graph: Pick<BlockGraph, 'release'>) {
    this.#graph = graph;
  }

  /** Oldest first, those that clients still keep from closing too. */
  all(): readonly NbdExport[] {
    return this.#exports;
  }

  /** The export of this name that takes clients. */
  find(name: string): NbdExport | undefined {
    return this.#exports.find((candidate) => candidate.name === name && !candidate.isClosing);
  }

  /** @throws QapiError in QEMU's words when it runs already or cannot listen */
  async start(init: Omit<NbdServerInit, 'source' | 'onFailure'>): Promise<void> {
    this.checkNotRunning();
    this.#server = await NbdServer.start({ ...init, source: this, onFailure: (error) => this.onFailure?.(error) });
  }

  checkNotRunning(): void {
    if (this.#server !== undefined) throw new QapiError('NBD server already running');
  }

  checkRunning(): void {
    if (this.#server === undefined) throw new QapiError('NBD server not running');
  }

  /** Takes all exports away and stops. @throws QapiError when none runs */
  async stop(): Promise<void> {
    this.checkRunning();
    await this.close();
  }

  /** As stop, whether one runs or not. Rejects when an image could not be closed, after all is. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const exports = this.#exports.map((one) => this.#close(one));
    const closed = await Promise.allSettled([server?.close(), ...exports]);
    const failed = closed.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** Refuses an id for a new export. @throws QapiError in QEMU's words */
  checkNewId(id: string): void {
    if (!/^[A-Za-z][-A-Za-z0-9._]*$/.test(id)) throw new QapiError('Invalid block export id');
    if (this.#exports.some((one) => one.id === id)) throw new QapiError(`Block export id '${id}' is already in use`);
  }

  /** Refuses what is said of a new export. @throws QapiError in QEMU's words, also when no server runs */
  checkNewName({ name, description = '' }: Pick<ExportInit, 'name' | 'description'>): void {
    this.checkRunning();
    if (Buffer.byteLength(name) > MAX_STRING) throw new QapiError(`export name '${name}' too long`);
    if (Buffer.byteLength(description) > MAX_STRING) throw new QapiError(`description '${description}' too long`);
    if (this.#exports.some((one) => one.name === name)) throw new QapiError(`NBD server already has export named '${name}'`);
  }

  /** Takes a checked one up. @throws QapiError when the node's users do not allow it; nothing has changed then */
  add(init: ExportInit): void {
    this.#exports.push(new NbdExport(init));
  }

  /**
   * Takes an export away; does not wait for requests of its clients that are under way.
   * @throws QapiError when there is none, or clients use it and nobody says that they may be cut off
   */
  async remove(id: string, { isForced }: { readonly isForced: boolean }): Promise<void> {
    const found = this.#exports.find((one) => one.id === id);
    if (found === undefined) throw new QapiError(`Export '${id}' is not found`);
    if (found.users.size > 0 && !isForced) throw new QapiError(`export '${id}' still in use`);
    const closed = this.#close(found);
    if (found.isIdle) await closed;
    else closed.catch((error: unknown) => this.onFailure?.(error));
  }

  /** The medium of a device has gone: so do the exports that were made of the device. */
  async mediumRemoved(device: BlockBackend): Promise<void> {
    const affected = this.#exports.filter((one) => one.device === device).map((one) => this.#close(one));
    await Promise.all(affected);
  }

  #close(one: NbdExport): Promise<void> {
    const known = this.#closing.get(one);
    if (known !== undefined) return known;
    const closed = one.close((node) => this.#graph.release(node)).finally(() => {
      this.#exports = this.#exports.filter((other) => other !== one);
      this.#closing.delete(one);
      this.onDeleted?.(one.id);
    });
    this.#closing.set(one, closed);
    return closed;
  }
}
