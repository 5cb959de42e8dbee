import type { Snapshot } from '../live-state.ts';
import { nodeName, textOf } from './live-facts.ts';
import type { Row } from './live-facts.ts';

/** The name of the node that has a host file open; undefined when none is known to. */
export function openerOf(file: unknown, { nodes, block }: Snapshot): string | undefined {
  const wanted = pathOf(file);
  if (wanted === '') return undefined;
  const media = block.map(({ inserted }) => inserted).filter((row) => row !== undefined) as Row[];
  const found = [...nodes, ...media].find((row) => pathOf(row.file) === wanted);
  return found === undefined ? undefined : nodeName(found);
}

/** `file:` before a path says nothing more than the path alone. */
function pathOf(file: unknown): string {
  return textOf(file).replace(/^file:/, '').replaceAll(/\/(\.?\/)+/g, '/');
}
