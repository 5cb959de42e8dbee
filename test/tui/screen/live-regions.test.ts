import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventLog } from '../../../src/shell/event-log.ts';
import { noJobHistory } from '../../../src/shell/finished-jobs.ts';
import { noRates } from '../../../src/shell/io-rates.ts';
import { noGrowth } from '../../../src/shell/node-growth.ts';
import { WireLog } from '../../../src/shell/wire-log.ts';
import type { Panel, PanelModel } from '../../../src/tui/panel.ts';
import { loadLiveRegions } from '../../../src/tui/screen/live-regions.ts';
import type { LiveRegions } from '../../../src/tui/screen/live-regions.ts';
import { plainText } from '../../../src/tui/text/styled-text.ts';
import { demoBlock } from '../../support/fake-session.ts';
import { seen } from '../../support/seen-panel.ts';

const model: PanelModel = { snapshot: { atMs: 1, block: demoBlock, stats: [], jobs: [], nodes: [] }, rates: noRates, growth: noGrowth, jobs: [], jobHistory: noJobHistory, events: new EventLog(), wire: new WireLog() };
const popup = { from: 0, to: 1, selected: -1, candidates: [{ insert: 'eject ', label: 'eject', kind: 'command' as const }] };

let early: LiveRegions;
let whole: LiveRegions;
beforeAll(async () => {
  early = await loadLiveRegions();
  whole = await loadLiveRegions();
  await whole.loadLayout();
  order = early.panels.filter(({ id }) => ['blocks', 'stats', 'jobs'].includes(id)).sort((one, other) => one.order - other.order);
});
afterAll(() => {
  early.close();
  whole.close();
});

/** The panels that are on screen from the start, from the top down. */
let order: readonly Panel[];

const rows = (regions: LiveRegions, width: number, spaced = false) =>
  regions.panelRows({ panels: order.map((panel) => seen(panel, model)), width, height: 20, spaced }).map((row) => plainText(row).trimEnd());

describe('the regions', () => {
  it('show the panels before ink is loaded, just as afterwards', () => {
    expect(rows(early, 120)).toEqual(rows(whole, 120));
    expect(rows(early, 120).filter((row) => /^(BLOCK|I\/O|JOB)/.test(row))).toHaveLength(3);
  });

  it('put panels side by side and apart once ink is loaded', () => {
    expect(rows(early, 250).filter((row) => row.includes('BLOCK') && row.includes('I/O'))).toHaveLength(0);
    expect(rows(whole, 250).filter((row) => row.includes('BLOCK') && row.includes('I/O'))).toHaveLength(1);
    expect(rows(whole, 120, true)).toContain('');
  });

  it('have no list of candidates before ink is loaded', () => {
    const view = { popup, column: 6, width: 80, room: 8 };
    expect(early.popupRows(view)).toEqual([]);
    expect(whole.popupRows(view).map(plainText).join()).toContain('eject');
  });
});
