import { describe, expect, it } from 'vitest';
import { EventLog } from '../../../src/shell/event-log.ts';
import { noJobHistory } from '../../../src/shell/finished-jobs.ts';
import { addIoReading, noRates } from '../../../src/shell/io-rates.ts';
import { addNodeReading, noGrowth } from '../../../src/shell/node-growth.ts';
import type { JobProgress } from '../../../src/shell/job-progress.ts';
import { panelBindings } from '../../../src/tui/keys/panel-bindings.ts';
import { WireLog } from '../../../src/shell/wire-log.ts';
import type { Panel, PanelModel } from '../../../src/tui/panel.ts';
import { panels } from '../../../src/tui/panel.ts';
import blocks from '../../../src/tui/panels/blocks.tsx';
import events from '../../../src/tui/panels/events.tsx';
import jobs from '../../../src/tui/panels/jobs.tsx';
import stats from '../../../src/tui/panels/stats.tsx';
import wire from '../../../src/tui/panels/wire.tsx';
import { cellWidth } from '../../../src/tui/text/graphemes.ts';
import { jobPath } from '../../../src/tui/text/job-path.ts';
import { blockRow, demoBlock } from '../../support/fake-session.ts';
import { shownLines } from '../../support/seen-panel.ts';

type Row = Readonly<Record<string, unknown>>;

const idle: PanelModel = { snapshot: { atMs: 1, block: demoBlock, stats: [], jobs: [], nodes: [] }, rates: noRates, growth: noGrowth, jobs: [], jobHistory: noJobHistory, events: new EventLog(), wire: new WireLog() };
const withBlock = (...block: Row[]): PanelModel => ({ ...idle, snapshot: { ...idle.snapshot, block } });

const running: JobProgress = {
  id: 'job0', type: 'stream', state: 'running', done: 1, total: 4, percent: 25, rate: 2 ** 20, etaSeconds: 65, speed: 0, isBlockJob: true,
  verbs: ['pause', 'cancel'], hint: 'copying',
};

/** A panel's rows as columns of words. */
function words(panel: Panel, model: PanelModel, width = 200): string[][] {
  return shownLines(panel, model, { width }).slice(1).map((row) => row.split(/ {2,}/));
}

describe('every panel', () => {
  it('is in the registry under its id, with a key of its own', async () => {
    const all = await panels.loadAll();
    expect(all.map((panel) => panel.id)).toEqual(panels.names);
    expect(new Set(all.map((panel) => panel.key)).size).toBe(all.length);
  });

  it('leaves the keys that work in every panel to them', async () => {
    const taken = new Set(panelBindings.flatMap(({ keys }) => keys));
    for (const panel of await panels.loadAll()) {
      expect(panel.actions.map(({ key }) => key).filter((key) => taken.has(key))).toEqual([]);
      expect(new Set(panel.actions.map(({ key }) => key)).size).toBe(panel.actions.length);
    }
  });

  it('fits any width from 60 to 250 cells, keeps its columns in line and says in words that it is empty', async () => {
    const model: PanelModel = { ...withBlock(...demoBlock, blockRow('x'.repeat(70), { file: '/漢字/'.repeat(30) })), rates: rates(), jobs: [running] };
    for (const panel of await panels.loadAll()) {
      for (let width = 60; width <= 250; width += 5) {
        for (const isFocused of [false, true]) {
          for (const row of shownLines(panel, model, { width, isFocused, view: { allOpen: true } })) expect(cellWidth(row)).toBeLessThanOrEqual(width);
        }
      }
      expect(panel.rows(withBlock())).toEqual([]);
      expect(panel.empty(withBlock())).toMatch(/\w+ \w+/);
    }
  });
});

describe('the events and the wire', () => {
  const timestamp = { seconds: 1_700_000_000, microseconds: 0 };

  it('show the newest event first, unfold it as JSON and filter by what is read', () => {
    const log = new EventLog(2);
    for (const device of ['a', 'b', 'c']) log.add({ event: 'DEVICE_TRAY_MOVED', data: { device, 'tray-open': true }, timestamp });
    const lines = shownLines(events, { ...idle, events: log }, { view: { open: { 3: true } } });
    expect(lines[1]).toMatch(/DEVICE_TRAY_MOVED +c: tray open$/);
    expect(lines[2]).toBe('   {');
    expect(lines.at(-1)).toMatch(/b: tray open$/);
    expect(shownLines(events, { ...idle, events: log }, { view: { filter: 'b: !stop' } })).toHaveLength(3);
  });

  it('make a line of a request and its reply, which unfolds', () => {
    const log = new WireLog();
    log.add({ direction: 'sent', message: { execute: 'eject', arguments: { device: 'cd0' }, id: 1 } }, 10);
    log.add({ direction: 'sent', message: { execute: 'object-add', arguments: { 'qom-type': 'secret', id: 's', data: 'pass123' }, id: 2 } }, 10);
    log.add({ direction: 'received', message: { event: 'RESUME' } }, 11);
    log.add({ direction: 'received', message: { error: { class: 'GenericError', desc: 'no such device' }, id: 1 } }, 12.5);
    const [, , secret, eject] = shownLines(wire, { ...idle, wire: log });
    expect(eject).toMatch(/ 2\.50 +eject +\{"device":"cd0"\} +GenericError: no such device$/);
    expect(secret).toMatch(/object-add .*\*\*\*.* is awaited$/);
    const open = shownLines(wire, { ...idle, wire: log }, { view: { allOpen: true } }).join('\n');
    expect(open).toContain('← {');
    expect(open).not.toContain('pass123');
  });

  it('leave the panels\' own questions out until the filter is taken away, and keep the newest answer of a query only', () => {
    const log = new WireLog(2);
    for (let id = 1; id <= 9; id++) {
      log.add({ direction: 'sent', message: { execute: 'query-block', id } }, id);
      log.add({ direction: 'received', message: { return: [{}, {}], id } }, id);
    }
    expect(shownLines(wire, { ...idle, wire: log })[0]).toContain('no row passes the filter');
    const lines = shownLines(wire, { ...idle, wire: log }, { view: { filter: '' } });
    expect(lines.slice(1).map((line) => line.split(/ {2,}/).at(-1))).toEqual(['2 rows', 'answered']);
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

  it('shows the chain, the files and what a job has put above, and who holds each node', () => {
    const parts = ['top:block-driver', 'mf:block-driver', 'base:block-driver', 'f0:block-driver', 'd0:block-backend', 'm:block-job', ':block-backend', 'lone:block-driver'];
    const edges = [[2, 'backing', 1, 'write'], [1, 'backing', 3, 'consistent-read'], [1, 'file', 4, 'resize'], [5, 'root', 2, 'write'], [6, 'source', 1], [6, 'target', 8], [7, 'root', 3]];
    const graph = {
      nodes: parts.map((part, index) => ({ id: index + 1, name: part.split(':')[0], type: part.split(':')[1] })),
      edges: edges.map(([parent, name, child, ...perm]) => ({ parent, name, child, perm, 'shared-perm': [] })),
    };
    const nodes = ['top', 'mf', 'base', 'f0', 'lone'].map((name) => ({ 'node-name': name, drv: 'raw', ro: false, file: `/${name}`, image: {} }));
    const snapshot = { ...idle.snapshot, block: [blockRow('d0', { 'node-name': 'top' })], nodes, graph, exports: [{ id: 'e', 'node-name': 'base' }] };
    const lines = shownLines(blocks, { ...idle, snapshot }, { width: 220, view: { allOpen: true } }).slice(1).map((line) => line.split(/ {2,}/));
    expect(lines.map((line) => [line[0], line[1], line.at(-1)])).toEqual([
      ['d0', 'top', 'mf backing, job m source'],
      ['└ root', 'mf', 'w'],
      ['', '└ backing', 'w, job m source'],
      ['', '├ file', 'resize'],
      ['', '└ backing', 'r, export e'],
      ['lone', 'lone', 'job m target'],
    ]);
  });

  it('asks by the commands that people type', () => {
    const [cd] = blocks.rows(withBlock(blockRow('cd0', {}, { removable: true, tray_open: true, qdev: '/machine/unattached/device[3]' })));
    const [disk] = blocks.rows(withBlock(blockRow('d0', {})));
    const act = (key: string, row: typeof cd) => {
      const action = blocks.actions.find((one) => one.key === key);
      return row && (action?.reason?.(row) ?? action?.deed(row));
    };
    expect(act('e', cd)).toEqual({ type: 'eject cd0' });
    expect(act('e', disk)).toBe("'d0' is no removable device");
    expect(act('t', cd)).toEqual({ type: 'blockdev-close-tray id=/machine/unattached/device[3]' });
    expect(act('i', disk)).toEqual({ run: 'info block -v d0' });
    expect(act('x', disk)).toBe("'d0' is a device, no node");
  });

  it('cuts file names at their beginning and json: names at their end', () => {
    const long = 'x'.repeat(60);
    const rows = [blockRow('d0', { file: `/${long}/disk.raw` }), blockRow('d1', { file: `json:{"driver": "null-co", "size": "${long}"}` })];
    const [path, json] = shownLines(blocks, withBlock(...rows), { width: 80 }).slice(1);
    expect(path).toMatch(/…x+\/disk\.raw$/);
    expect(json).toMatch(/json:\{"driver.*…$/);
  });

  it('keeps name, format, size, tray and the end of the file name when it is narrow', () => {
    const [head = '', first] = shownLines(blocks, idle, { width: 59 });
    expect(head.split(/ +/)).toEqual(['BLOCK', 'FORMAT', 'SIZE', 'TRAY', 'FILE']);
    expect(first).toMatch(/…\S*overlay\.qcow2$/);
  });

  it('cannot be steered by names from the far end', () => {
    const [shown = []] = words(blocks, withBlock(blockRow('d0', { file: '/tmp/\x1b[2Jx\x07' })));
    expect(shown.at(-1)).toBe('/tmp/^[[2Jx^G');
  });

  it('says why there are no rows', () => {
    expect(blocks.empty({ ...withBlock(), snapshot: { ...idle.snapshot, block: [], error: 'connection lost' } })).toBe('connection lost');
  });
});

describe('the statistics panel', () => {
  it('shows rates, milliseconds and a sparkline of the devices that have a medium', () => {
    const model = { ...idle, rates: rates() };
    expect(words(stats, model)).toEqual([
      ['ide0-hd0', '4 KiB/s', '0 B/s', '1', '0', '2.00', '▁▂', '10 MiB/s', '–', '0', '0'],
      ['ide1-cd0', '0 B/s', '0 B/s', '0', '0', '–', '▁▁', '–', '–', '0', '0'],
    ]);
  });

  it('keeps a drive that is empty now while its history still moves', () => {
    const model = { ...withBlock(blockRow('ide0-hd0')), rates: rates() };
    expect(words(stats, model).map(([name]) => name)).toContain('ide0-hd0');
  });

  it('marks a limit that holds a device back, not by colour alone', () => {
    const limited = (bps: number) => ({ ...withBlock(blockRow('ide0-hd0', { bps })), rates: rates() });
    expect(words(stats, limited(4096))[0]).toContain('!4 KiB/s');
    expect(words(stats, limited(8192))[0]).toContain('8 KiB/s');
  });

  it('draws the course of a device under its limit, and tells of each node how far it is written', () => {
    const rows = (count: number) => [{ device: 'ide0-hd0', 'node-name': '#block146', stats: { rd_bytes: 4096 * count, wr_highest_offset: 2 ** 20 * count } }];
    const nodes = [{ 'node-name': '#block146', drv: 'qcow2', write_threshold: 10 * 2 ** 20 }];
    const read = (count: number) => ({ stats: rows(count), nodes, atMs: 1000 * count });
    const growth = addNodeReading(addNodeReading(noGrowth, read(0)), read(1));
    const model = { ...idle, snapshot: { ...idle.snapshot, nodes, block: [blockRow('ide0-hd0', { 'node-name': '#block146', bps: 8192 })] }, growth, rates: rates() };
    const lines = shownLines(stats, model, { view: { open: { 'ide0-hd0': true } } });
    expect(lines[1]).toMatch(/▁▅ +8 KiB\/s +~9 s/);
    expect(lines[2]).toMatch(/┄{8,} limit 8 KiB\/s/);
    expect(lines[4]).toMatch(/█/);
    expect(lines[6]).toBe('   root     #block146: written up to 1 MiB, grows 1 MiB/s, ends at 10 MiB: full in about 9 s');
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

  it('says of a mirror that loses against the guest that it never ends, and why', () => {
    const { etaSeconds: _, ...mirror } = running;
    const losing: JobProgress = { ...mirror, type: 'mirror', speed: 2 ** 21, rate: 2 ** 21, growth: 2 ** 22, isLosing: true };
    const [, first = '', ...notes] = shownLines(jobs, { ...idle, jobs: [losing] }, { view: { allOpen: true } });
    expect(first).toMatch(/ never +running /);
    expect(first).toContain('will not converge: the guest writes 4 MiB/s, the job copies 2 MiB/s (limit 2 MiB/s)');
    expect(notes.join()).toContain('raise its speed');
  });

  it('shows where a job stands in its life', () => {
    const passed = new Map([['job0', ['created', 'running', 'ready', 'standby']]]);
    const job: JobProgress = { ...running, type: 'mirror', state: 'standby' };
    const lines = shownLines(jobs, { ...idle, jobs: [job], jobHistory: { ...noJobHistory, passed } }, { view: { allOpen: true } });
    expect(lines[2]).toBe('  created → running → [ready, standby] → waiting → pending → concluded');
    expect(jobPath({ type: 'stream', state: 'aborting' }, ['created', 'running', 'aborting'])).toContain('created → running →');
  });

  it('keeps what is over, with its result, below what runs', () => {
    const ended = { key: 'b#1', id: 'b', type: 'backup', result: 'failed' as const, error: 'No space left on device', done: 1, total: 4, speed: 0 };
    const rows = words(jobs, { ...idle, jobs: [running], jobHistory: { ...noJobHistory, finished: [ended] } });
    expect(rows.map((row) => [row[0], row.at(-1)])).toEqual([['job0', 'pause, cancel'], ['b', 'failed: No space left on device']]);
    expect(words(jobs, { ...idle, jobs: [{ ...running, id: 'b' }], jobHistory: { ...noJobHistory, finished: [ended] } })).toHaveLength(1);
  });

  it('asks by the commands that people type: what ends something is left for Enter', () => {
    const act = (key: string, job: Partial<JobProgress>) => {
      const [row] = jobs.rows({ ...idle, jobs: [{ ...running, verbs: ['pause', 'cancel', 'complete', 'set-speed', 'dismiss'], ...job }] });
      const action = jobs.actions.find((one) => one.key === key);
      return row && (action?.reason?.(row) ?? action?.deed(row));
    };
    expect(act('p', {})).toEqual({ run: 'block-job-pause device=job0' });
    expect(act('p', { isBlockJob: false })).toEqual({ run: 'job-pause id=job0' });
    expect(act('c', {})).toEqual({ type: 'block-job-complete device=job0' });
    expect(act('s', {})).toEqual({ type: 'block-job-set-speed device=job0 speed=' });
    expect(act('x', { state: 'paused' })).toEqual({ type: 'block-job-cancel device=job0 force=true' });
    expect(act('d', {})).toEqual({ run: 'job-dismiss id=job0' });
    expect(act('f', { state: 'paused' })).toBe("'finalize' cannot be asked of job 'job0', which is paused");
  });

  it('keeps the kind of job, the time to go and the state whole, and makes the bar narrower for them', () => {
    const model = { ...idle, jobs: [{ ...running, etaSeconds: 725 }, { ...running, id: 'job1', type: 'backup' }] };
    for (const width of [79, 99, 119]) {
      const [first = '', second = ''] = shownLines(jobs, model, { width }).slice(1);
      expect(first).toContain('stream');
      expect(first).toContain('12 min 05 s');
      expect(second).toContain('backup');
      expect(first.replace(/[^━┄]/g, '').length).toBeGreaterThanOrEqual(8);
    }
  });

  it('names the verbs where the sentence does not fit, the one that is waited for first', () => {
    const hint = 'ready: complete to switch over, cancel to keep the source';
    const ready: JobProgress = { ...running, state: 'ready', percent: 100, verbs: ['pause', 'set-speed', 'complete', 'cancel'], hint };
    expect(shownLines(jobs, { ...idle, jobs: [ready] }, { width: 99 })[1]).toMatch(/ complete, pause/);
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
