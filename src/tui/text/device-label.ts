import { rowName } from '../../shell/io-rates.ts';
import { printableLine } from './printable.ts';

/** `/machine/peripheral/ID/virtio-backend` and its like: the id that was given, or `device[N]` for a nameless one. */
const machinePath = /^\/machine\/(?:peripheral|peripheral-anon|unattached)\/([^/]+)(?:\/[^/]*)?$/;

/** What a panel calls a device: where it has no name of its own, the id within its path in the machine. */
export function deviceLabel(name: string): string {
  return printableLine(machinePath.exec(name)?.[1] ?? name);
}

/** The label of a row of `query-block` or `query-blockstats`. */
export function rowLabel(row: Readonly<Record<string, unknown>>): string {
  return deviceLabel(rowName(row));
}
