import type { Panel, PanelModel } from '../../src/tui/panel.ts';
import { listRows } from '../../src/tui/panel-listing.ts';
import type { PanelView } from '../../src/tui/state/panels-state.ts';
import { plainText } from '../../src/tui/text/styled-text.ts';
import { panelLines } from '../../src/tui/views/seen-panel.ts';
import type { SeenPanel } from '../../src/tui/views/seen-panel.ts';

export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly view?: Partial<PanelView>;
  readonly isFocused?: boolean;
  readonly isFullScreen?: boolean;
}

/** A panel as somebody looks at it. */
export function seen(panel: Panel, model: PanelModel, { view = {}, isFocused = false, isFullScreen = false }: Look = {}): SeenPanel {
  const whole: PanelView = { open: {}, ...view };
  return { panel, model, view: whole, listing: listRows(panel, model, whole, isFullScreen), isFocused, isFiltering: false };
}

/** Its lines without colours: the heading, then the rows. */
export function shownLines(panel: Panel, model: PanelModel, look: Look = {}): string[] {
  const { width = 200, height = 500 } = look;
  return panelLines(seen(panel, model, look), { width, height }).map(plainText);
}
