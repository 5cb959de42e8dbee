import type { Completion } from '../../shell/session.ts';
import { panels } from '../panel.ts';
import type { PanelModel } from '../panel.ts';
import { listRows } from '../panel-listing.ts';
import type { PanelView } from '../state/panels-state.ts';
import { padCells } from '../text/fit-cells.ts';
import { plainText } from '../text/styled-text.ts';
import { panelLines } from '../views/seen-panel.ts';

const pattern = /^\s*panel(?:\s+(\S+)(?:\s+(.*?))?)?\s*$/;
/** More rows than any panel has. */
const everyRow = 1_000_000;

/** What a line asks to see: a panel, whole or what a filter lets pass. */
export interface AskedPanel {
  /** '' asks which panels there are. */
  readonly id: string;
  readonly filter: string;
}

/** The panel that a line asks for; undefined for any other line. */
export function askedPanel(line: string): AskedPanel | undefined {
  const found = pattern.exec(line);
  return found === null ? undefined : { id: found[1] ?? '', filter: found[2] ?? '' };
}

/** What a panel shows, as text; @throws Error naming the panels when there is no such one */
export async function panelText({ id, filter }: AskedPanel, model: PanelModel, width: number): Promise<string[]> {
  const all = [...await panels.loadAll()].sort((one, other) => one.order - other.order);
  if (id === '') return ['panels, shown with: panel NAME [FILTER]', ...all.map((panel) => `  ${padCells(panel.id, 10)}  ${panel.title}`)];
  const panel = all.find((one) => one.id === id);
  if (panel === undefined) throw new Error(`there is no panel '${id}'; there are ${all.map((one) => one.id).join(', ')}`);
  const view: PanelView = { open: {}, allOpen: true, ...(filter !== '' && { filter }) };
  const listing = listRows(panel, model, view, true);
  const seen = { panel, model, view, listing, isFocused: false, isFiltering: false };
  return panelLines(seen, { width, height: everyRow }).map((line) => plainText(line).trimEnd());
}

/** What can stand behind `panel`. */
export async function completePanel(line: string, cursor: number): Promise<Completion | undefined> {
  const found = /^\s*panel\s+(\S*)$/.exec(line.slice(0, cursor));
  if (found === null) return undefined;
  const typed = found[1] ?? '';
  const all = await panels.loadAll();
  return {
    from: cursor - typed.length,
    to: cursor,
    candidates: all.filter(({ id }) => id.startsWith(typed)).map(({ id, title }) => ({ insert: id, label: id, detail: title, kind: 'value' })),
    expects: 'panel',
  };
}
