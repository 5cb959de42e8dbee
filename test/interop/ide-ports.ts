import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { QmpProcess } from './qmp-process.ts';

const DATA = 0x1f0;
const COUNT = 0x1f2;
const DRIVE = 0x1f6;
const COMMAND = 0x1f7;
const STATUS = 0x3f6;
const [BUSY, WANTS_DATA] = [0x80, 0x08];
const COMMANDS = { read: 0x20, write: 0x30 } as const;
const WORDS = 256;
const PACKET = 0xa0;
const PACKET_BYTES = 12;

/** A real QEMU whose processor rests, and the ports of its first IDE disk: requests of a guest, made one by one. */
export class IdePorts {
  readonly monitor: QmpProcess;
  readonly #socket: Socket;
  readonly #waiting: ((line: string) => void)[] = [];

  /** The machine is running. */
  static async start(folder: string, args: readonly string[]): Promise<IdePorts> {
    await writeFile(join(folder, 'rest.bin'), restingFirmware());
    const monitor = await QmpProcess.start(folder, ['-machine', 'pc', '-bios', 'rest.bin',
      '-qtest', 'unix:ports,server=on,wait=off', '-qtest-log', '/dev/null', ...args]);
    await monitor.execute('cont');
    const socket = connect(join(folder, 'ports'));
    await once(socket, 'connect');
    return new IdePorts(monitor, socket);
  }

  private constructor(monitor: QmpProcess, socket: Socket) {
    this.monitor = monitor;
    this.#socket = socket;
    createInterface(socket).on('line', (line) => {
      if (!line.startsWith('IRQ')) this.#waiting.shift()?.(line);
    });
  }

  /** One sector; resolves when the disk is no longer busy, or seems to wait for the machine to go on. */
  async request(operation: 'read' | 'write', sector: number): Promise<void> {
    // What a read has brought that was tried again is fetched now: the guest of this test is not told of it.
    if ((await this.#settled() & WANTS_DATA) !== 0) await this.#move(`inw ${DATA}`);
    await this.#put(DRIVE, 0xe0);
    for (const [place, value] of [1, sector & 0xff, sector >> 8 & 0xff, sector >> 16 & 0xff].entries()) await this.#put(COUNT + place, value);
    await this.#put(COMMAND, COMMANDS[operation]);
    const wantsData = (await this.#settled() & WANTS_DATA) !== 0;
    if (wantsData) await this.#move(operation === 'read' ? `inw ${DATA}` : `outw ${DATA} 0x1111`);
    await this.#settled();
  }

  /** A SCSI command for a CD drive in the disk's place that moves no data. */
  async packet(bytes: readonly number[]): Promise<void> {
    await this.#settled();
    await this.#put(DRIVE, 0xa0);
    await this.#put(COMMAND, PACKET);
    await this.#settled();
    for (let at = 0; at < PACKET_BYTES; at += 2) await this.#say(`outw ${DATA} ${(bytes[at] ?? 0) | (bytes[at + 1] ?? 0) << 8}`);
    await this.#settled();
  }

  async stop(): Promise<void> {
    this.#socket.destroy();
    await this.monitor.stop();
  }

  async #move(line: string): Promise<void> {
    for (let word = 0; word < WORDS; word++) await this.#say(line);
  }

  /** The status once the disk is no longer busy, or as it is when that takes too long. */
  async #settled(): Promise<number> {
    for (let attempt = 0; ; attempt++) {
      const status = Number((await this.#say(`inb ${STATUS}`)).split(' ')[1]);
      if ((status & BUSY) === 0 || attempt === 20) return status;
      await sleep(10);
    }
  }

  async #put(port: number, value: number): Promise<void> {
    await this.#say(`outb ${port} ${value}`);
  }

  #say(line: string): Promise<string> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#socket.write(`${line}\n`);
    });
  }
}

/** 64 KiB that begin, at the reset vector, with cli, hlt and a jump back to hlt. */
function restingFirmware(): Buffer {
  const firmware = Buffer.alloc(1 << 16);
  Buffer.from([0xfa, 0xf4, 0xeb, 0xfd]).copy(firmware, firmware.length - 16);
  return firmware;
}
