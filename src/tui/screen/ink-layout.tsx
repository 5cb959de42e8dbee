import * as ink from 'ink';
import { Dashboard } from '../views/dashboard.tsx';
import { Popup } from '../views/popup.tsx';
import type { PanelRow } from '../views/panel-stack.ts';
import { InkRoot } from './ink-root.ts';
import { fillSlots, slot } from './line-slots.ts';

/** Lines and the cells that the widest of them takes, to stand below a word. */
export interface PopupPlace {
  readonly lines: readonly { readonly text: string; readonly cells: number }[];
  /** The cell where the completed word begins. */
  readonly column: number;
  readonly width: number;
}

/** What ink lays out, one root each, so that a change in one costs nothing in the other. Importing this file is what loads ink. */
export class InkLayout {
  readonly #panelRoot = new InkRoot(ink);
  readonly #popupRoot = new InkRoot(ink);
  #panels: { readonly key: string; readonly rows: readonly string[] } = { key: '', rows: [] };

  panelRows(rows: readonly PanelRow[], spaced: boolean, width: number): string[] {
    return fillSlots(this.#placePanels(rows, spaced, width), rows.flat().flatMap((placed) => placed.lines));
  }

  popupRows({ lines, column, width }: PopupPlace): string[] {
    const cells = Math.max(...lines.map((line) => line.cells));
    const rows = this.#popupRoot.render(<Popup lines={slots(0, lines.length)} cells={cells} column={column} width={width} />, width);
    return fillSlots(rows, lines.map((line) => line.text));
  }

  close(): void {
    this.#panelRoot.close();
    this.#popupRoot.close();
  }

  /** Ink works only when panels come, go, or change their sizes. */
  #placePanels(rows: readonly PanelRow[], spaced: boolean, width: number): readonly string[] {
    const sizes = rows.map((row) => row.map(({ panel, lines, width: cells }) => `${panel.id} ${lines.length}x${cells}`).join('|'));
    const key = `${width} ${spaced} ${sizes.join('/')}`;
    if (key === this.#panels.key) return this.#panels.rows;
    let used = 0;
    const stand = rows.map((row) => row.map((placed) => {
      const lines = slots(used, placed.lines.length);
      used += lines.length;
      return { ...placed, lines };
    }));
    this.#panels = { key, rows: this.#panelRoot.render(<Dashboard rows={stand} spaced={spaced} />, width) };
    return this.#panels.rows;
  }
}

function slots(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => slot(from + index));
}
