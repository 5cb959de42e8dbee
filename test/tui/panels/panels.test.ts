import { describe, expect, it } from 'vitest';
import { addIoReading, noRates } from '../../../src/shell/io-rates.ts';
import type { JobProgress } from '../../../src/shell/job-progress.ts';
import type { Panel, PanelModel } from '../../../src/tui/panel.ts';
import { panels } from '../../../src/tui/panel.ts';
import blocks from '../../../src/tui/panels/blocks.tsx';
import jobs from '../../../src/tui/panels/jobs.tsx';
import stats from '../../../src/tui/panels/stats.tsx';
import { cellWidth } from '../../../src/tui/text/graphemes.ts';
import { plainText } from '../../../src/tui/text/styled-text.ts';
import { blockRow, demoBlock } from '../../support/fake-session.ts';

type Row = Readonly<Record<string, unknown>>;

const idle: PanelModel = { snapshot: { atMs: 1, block: demoBlock, stats: [], jobs: [], nodes: [] }, rates: noRates, jobs: [] };
const withBlock = (...block: Row[]): PanelModel => ({ ...idle, snapshot: { ...idle.snapshot, block } });

const running: JobProgress = {
  id: 'job0', type: 'stream', state: 'running', done: 1, total: 4, percent: 25, rate: 2 ** 20, etaSeconds: 65, speed: 0,
  verbs: ['pause', 'cancel'], hint: 'copying',
};

/** A panel's rows as columns of words. */
function words(panel: Panel, model: PanelModel, width = 200): string[][] {
  return panel.rows(model, width).rows.map((row) => plainText(row).split(/ {2,}/));
}

describe('every panel', () => {
  it('is in the registry under its id, with a key of its own', async () => {
    const all = await panels.loadAll();
    expect(all.map((panel) => panel.id)).toEqual(panels.names);
    expect(new Set(all.map((panel) => panel.key)).size).toBe(all.length);
  });

  it('fits any width from 60 to 250 cells, keeps its columns in line and says in words that it is empty', async () => {
    const model: PanelModel = { ...withBlock(...demoBlock, blockRow('x'.repeat(70), { file: '/漢字/'.repeat(30) })), rates: rates(), jobs: [running] };
    for (const panel of await panels.loadAll()) {
      for (let width = 60; width <= 250; width += 5) {
        const { titleWidth, head, rows } = panel.rows(model, width);
        for (const row of [' '.repeat(titleWidth) + plainText(head), ...rows]) expect(cellWidth(plainText(row))).toBeLessThanOrEqual(width);
      }
      expect(panel.rows(withBlock(), 80)).toMatchObject({ rows: [], empty: expect.stringMatching(/\w+ \w+/) as string });
    }
  });
});

describe('the device panel', () => {
  it('shows what a device holds', () => {
    expect(words(blocks, idle)).toEqual([
      ['ide0-hd0', '#block146', 'qcow2', '10 GiB', '1.3 GiB', 'rw', '1', '–', '10 MiB/s', '/tmp/qmon-demo-x3J9/overlay.qcow2'],
      ['ide1-cd0', '#block301', 'raw', '628 MiB', '628 MiB', 'ro', '0', 'locked', '–', '/tmp/qmon-demo-x3J9/debian-12.iso'],
      ['floppy0', '–', '–', '–', '–', '–', '–', 'open', '–', 'no medium'],
      ['sd0', '–', '–', '–', '–', '–', '–', '–', '–', 'no medium'],
    ]);
  });

  it('calls a device without a name by its id within the machine, and shows every kind of limit', () => {
    const row = { ...blockRow('', { iops_rd: 100, bps_wr: 2048 }), qdev: '/machine/peripheral/vd0/virtio-backend' };
    const nameless = { ...blockRow('', {}), qdev: '/machine/peripheral-anon/device[0]/virtio-backend' };
    const [shown = [], other = []] = words(blocks, withBlock(row, nameless), 250);
    expect(shown[0]).toBe('vd0');
    expect(shown).toContain('w 2 KiB/s, r 100 IOPS');
    expect(other[0]).toBe('device[0]');
  });

  it('shows no tray where the far end tells of none', () => {
    const rows = [blockRow('fd0', undefined, { removable: true }), blockRow('cd0', undefined, { removable: true, tray_open: false })];
    expect(words(blocks, withBlock(...rows)).map((row) => row[7])).toEqual(['–', 'closed']);
  });

  it('shows the nodes of a far end that has no devices', () => {
    const node = { 'node-name': 'n1', drv: 'null-co', ro: false, file: 'null-co://', image: { 'virtual-size': 2 ** 30 } };
    const rows = words(blocks, { ...idle, snapshot: { ...idle.snapshot, block: [], nodes: [node] } });
    expect(rows.map((row) => row.slice(0, 4))).toEqual([['n1', 'n1', 'null-co', '1 GiB']]);
  });

  it('cuts file names at their beginning and json: names at their end', () => {
    const long = 'x'.repeat(60);
    const rows = [blockRow('d0', { file: `/${long}/disk.raw` }), blockRow('d1', { file: `json:{"driver": "null-co", "size": "${long}"}` })];
    const [path, json] = blocks.rows(withBlock(...rows), 80).rows.map(plainText);
    expect(path).toMatch(/…x+\/disk\.raw$/);
    expect(json).toMatch(/json:\{"driver.*…$/);
  });

  it('keeps name, format, size, tray and the end of the file name when it is narrow', () => {
    const { head, rows } = blocks.rows(idle, 59);
    expect(plainText(head).split(/ +/).filter(Boolean)).toEqual(['FORMAT', 'SIZE', 'TRAY', 'FILE']);
    expect(plainText(rows[0]!)).toMatch(/…\S*overlay\.qcow2$/);
  });

  it('cannot be steered by names from the far end', () => {
    const [shown = []] = words(blocks, withBlock(blockRow('d0', { file: '/tmp/\x1b[2Jx\x07' })));
    expect(shown.at(-1)).toBe('/tmp/x');
  });

  it('says why there are no rows', () => {
    expect(blocks.rows({ ...withBlock(), snapshot: { ...idle.snapshot, block: [], error: 'connection lost' } }, 80).empty).toBe('connection lost');
  });
});

describe('the statistics panel', () => {
  it('shows rates, milliseconds and a sparkline of the devices that have a medium', () => {
    const model = { ...idle, rates: rates() };
    expect(words(stats, model)).toEqual([['ide0-hd0', '4 KiB/s', '0 B/s', '1', '0', '2.00', '▁█'], ['ide1-cd0', '0 B/s', '0 B/s', '0', '0', '–', '▁▁']]);
  });

  it('keeps a drive that is empty now while its history still moves', () => {
    const model = { ...withBlock(blockRow('ide0-hd0')), rates: rates() };
    expect(words(stats, model).map(([name]) => name)).toContain('ide0-hd0');
  });
});

describe('the job panel', () => {
  it('shows progress, rate, time to go and what can be done', () => {
    expect(words(jobs, { ...idle, jobs: [running] })).toEqual([
      ['job0', 'stream', `${'━'.repeat(5)}${'┄'.repeat(15)}`, '25.0%', '1 MiB/s', '1 min 05 s', 'running', 'none', 'pause, cancel'],
    ]);
  });

  it('says what a job waits for instead of what could be done', () => {
    const ready: JobProgress = { ...running, state: 'ready', percent: 100, hint: 'ready: complete to switch over, cancel to keep the source' };
    expect(words(jobs, { ...idle, jobs: [ready] })[0]?.at(-1)).toBe(ready.hint);
  });

  it('keeps the kind of job, the time to go and the state whole, and makes the bar narrower for them', () => {
    const model = { ...idle, jobs: [{ ...running, etaSeconds: 725 }, { ...running, id: 'job1', type: 'backup' }] };
    for (const width of [79, 99, 119]) {
      const [first = '', second = ''] = jobs.rows(model, width).rows.map(plainText);
      expect(first).toContain('stream');
      expect(first).toContain('12 min 05 s');
      expect(second).toContain('backup');
      expect(first.replace(/[^━┄]/g, '').length).toBeGreaterThanOrEqual(8);
    }
  });

  it('names the verbs where the sentence does not fit, the one that is waited for first', () => {
    const hint = 'ready: complete to switch over, cancel to keep the source';
    const ready: JobProgress = { ...running, state: 'ready', percent: 100, verbs: ['pause', 'set-speed', 'complete', 'cancel'], hint };
    expect(plainText(jobs.rows({ ...idle, jobs: [ready] }, 99).rows[0]!)).toMatch(/ complete, pause/);
  });

  it('shows no rate for a job that does not move', () => {
    const paused: JobProgress = { ...running, state: 'paused', rate: 12_345 };
    expect(words(jobs, { ...idle, jobs: [paused] })[0]?.[4]).toBe('–');
  });

  it('shows a dash for what is not known yet', () => {
    const { percent: _p, rate: _r, etaSeconds: _e, ...fresh } = running;
    expect(words(jobs, { ...idle, jobs: [fresh] })[0]?.filter((word) => word === '–')).toHaveLength(3);
  });
});

/** One second in which ide0-hd0 read 4 KiB in one operation of 2 ms. */
function rates() {
  const rows = (count: number) => demoBlock.map((row) => ({
    device: row.device, stats: row.device === 'ide0-hd0' ? { rd_bytes: 4096 * count, rd_operations: count, rd_total_time_ns: 2e6 * count } : {},
  }));
  return addIoReading(addIoReading(noRates, { stats: rows(0), atMs: 1000 }), { stats: rows(1), atMs: 2000 });
}
