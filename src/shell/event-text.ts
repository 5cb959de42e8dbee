import type { QmpEvent } from '../qmp/link.ts';
import { formatJson } from '../util/lossless-json.ts';
import { percentOf } from './job-progress.ts';
import { messageWithoutSecrets } from './secret-members.ts';
import type { Output } from './session.ts';

type Data = QmpEvent['data'];

/** An event as one line for the scrollback: local time, wire name, what it says in words. */
export function eventOutput(event: QmpEvent): Output {
  const words = (wordings[event.event] ?? allMembers)(event.data);
  return { kind: 'event', text: `${clockTime(event.timestamp)} ${event.event}${words === '' ? '' : `  ${words}`}`, data: event };
}

/** The same, made when somebody reads it and without secrets: of a flood, few events are ever read. */
export function laterEventOutput(event: QmpEvent): Output {
  return new LaterOutput(event);
}

class LaterOutput implements Output {
  readonly kind = 'event';
  readonly #event: QmpEvent;
  #made: Output | undefined;

  constructor(event: QmpEvent) {
    this.#event = event;
  }

  get text(): string {
    return this.#output.text;
  }

  get data(): unknown {
    return this.#output.data;
  }

  get #output(): Output {
    return (this.#made ??= eventOutput(messageWithoutSecrets(this.#event)));
  }
}

/** 'HH:MM:SS.mmm' local time; QEMU sends -1 when its clock failed. */
function clockTime({ seconds, microseconds }: QmpEvent['timestamp']): string {
  if (seconds < 0) return '--:--:--.---';
  const date = new Date(seconds * 1000 + Math.floor(microseconds / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** How the events of block devices and jobs read; the others list their members. */
const wordings: Readonly<Record<string, (data: Data) => string>> = {
  BLOCK_JOB_COMPLETED: (data) => `${job(data)} ${data.error === undefined ? 'done' : `failed: ${text(data.error)}`}${progress(data)}`,
  BLOCK_JOB_CANCELLED: (data) => `${job(data)} cancelled${progress(data)}`,
  BLOCK_JOB_READY: (data) => `${job(data)} ready: complete to switch over`,
  BLOCK_JOB_PENDING: (data) => `${text(data.type)} ${text(data.id)} done, waits to be finalized`,
  BLOCK_JOB_ERROR: (data) => `${text(data.device)}: ${text(data.operation)} error, action ${text(data.action)}`,
  BLOCK_IO_ERROR: (data) =>
    `${either(data.device, data['node-name'])}: ${text(data.operation)} error${data.nospace === true ? ', no space left' : ''}`
    + `${data.reason === undefined ? '' : ` (${text(data.reason)})`}, action ${text(data.action)}`,
  JOB_STATUS_CHANGE: (data) => `${text(data.id)} ${text(data.status)}`,
  DEVICE_TRAY_MOVED: (data) => `${either(data.device, data.id)}: tray ${data['tray-open'] === true ? 'open' : 'closed'}`,
  DEVICE_DELETED: (data) => either(data.device, data.path),
  BLOCK_EXPORT_DELETED: (data) => text(data.id),
  BLOCK_WRITE_THRESHOLD: (data) => `${text(data['node-name'])}: ${text(data['amount-exceeded'])} bytes over ${text(data['write-threshold'])}`,
};

function job(data: Data): string {
  return `${text(data.type)} ${text(data.device)}`;
}

function progress(data: Data): string {
  const percent = percentOf(Number(data.offset), Number(data.len));
  return percent === undefined || (percent === 100 && data.error === undefined) ? '' : ` at ${percent} %`;
}

function either(name: unknown, otherwise: unknown): string {
  return typeof name === 'string' && name !== '' ? name : text(otherwise);
}

function allMembers(data: Data): string {
  return Object.entries(data).map(([key, value]) => `${key}=${text(value)}`).join(' ');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : formatJson(value);
}
