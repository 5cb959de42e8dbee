import { describe, expect, it } from 'vitest';
import type { LinkState } from '../../../src/qmp/link.ts';
import { fillSlots, slot } from '../../../src/tui/screen/line-slots.ts';
import { edit, emptyEditor } from '../../../src/tui/state/line-editor.ts';
import { initialScreen } from '../../../src/tui/state/screen-state.ts';
import type { ScreenState } from '../../../src/tui/state/screen-state.ts';
import { cellWidth } from '../../../src/tui/text/graphemes.ts';
import { plainText } from '../../../src/tui/text/styled-text.ts';
import { fullScreenFrame, inlineFrame, inlineHeight } from '../../../src/tui/views/compose-frame.ts';
import { outputLines } from '../../../src/tui/views/output-lines.ts';
import { shareRows } from '../../../src/tui/views/panel-stack.ts';
import { popupLines } from '../../../src/tui/views/popup-lines.ts';
import { promptRows } from '../../../src/tui/views/prompt-rows.ts';
import { statusBar } from '../../../src/tui/views/status-bar.ts';

const version = { qemu: { major: 7, minor: 2, micro: 1 }, package: '' };
const ready: LinkState = { state: 'ready', version };
const base: ScreenState = { ...initialScreen(ready, 0), vmStatus: 'running' };

function typed(text: string, more: Partial<ScreenState> = {}): ScreenState {
  return { ...base, editor: edit(emptyEditor, { type: 'insert', text }), ...more };
}

function prompt(state: ScreenState, width = 40, limit = 5) {
  const frame = promptRows(state, { width, limit }, ['info block', 'eject cd0']);
  return { rows: frame.rows.map(plainText), caret: frame.caret };
}

describe('the prompt rows', () => {
  it('wrap a long line and follow the caret onto a row of its own', () => {
    expect(prompt(typed('x'.repeat(34)))).toEqual({ rows: [`qmon> ${'x'.repeat(34)}`, ''], caret: { row: 1, column: 6 } });
    expect(prompt(typed('漢'.repeat(20)))).toEqual({ rows: [`qmon> ${'漢'.repeat(17)}`, `      ${'漢'.repeat(3)}`], caret: { row: 1, column: 12 } });
  });

  it('indent the lines of a message', () => {
    expect(prompt(typed('{\na'))).toEqual({ rows: ['qmon> {', '  ... a'], caret: { row: 1, column: 7 } });
  });

  it('show a window around the caret when there are too many', () => {
    const { rows, caret } = prompt(typed(Array.from({ length: 30 }, (_, line) => `line ${line}`).join('\n')));
    expect(rows).toEqual(['  ↑25 more rows above', '  ... line 26', '  ... line 27', '  ... line 28', '  ... line 29']);
    expect(caret).toEqual({ row: 4, column: 13 });
  });

  it('say what is expected only behind the end of the line, and only where there is room', () => {
    expect(prompt(typed('eject ', { expects: 'device' })).rows).toEqual(['qmon> eject  ‹device›']);
    expect(prompt(typed('x'.repeat(30), { expects: 'device' })).rows).toEqual([`qmon> ${'x'.repeat(30)}`]);
    const state = typed('eject ', { expects: 'device' });
    expect(prompt({ ...state, editor: { ...state.editor, cursor: 2 } }).rows).toEqual(['qmon> eject ']);
  });

  it('show the query and the line found while searching', () => {
    const search = { query: 'cd', index: 1, found: true, typed: '' };
    expect(prompt(typed('', { search }))).toEqual({ rows: ['search: cd   eject cd0'], caret: { row: 0, column: 10 } });
  });
});

describe('the status bar', () => {
  const bar = (state: ScreenState, width = 100, guest?: string) => plainText(statusBar(state, { target: 'demo machine', ...(guest ? { guest } : {}) }, width));

  it('says that the panels are old when the far end stops answering', () => {
    const state = { ...base, staleBecause: "no reply to 'query-block' from vm.sock within 5 s" };
    expect(bar(state)).toContain("panels are old: no reply to 'query-block'");
    expect(bar(state)).not.toContain('ready');
    expect(bar(state)).not.toContain('VM running');
  });

  it('is exactly as wide as it may be, whatever it says', () => {
    const waiting: LinkState = { state: 'waiting', attempt: 1, retryInMs: 3000, reason: 'connect ECONNREFUSED 127.0.0.1:4444' };
    const running = { id: 1, text: 'block-stream device=ide0-hd0', sinceMs: 0 };
    const states = [base, { ...base, link: waiting }, { ...base, notice: 'n'.repeat(80) }, { ...base, running, nowMs: 5000, waiting: ['a', 'b'] }];
    for (let width = 59; width <= 250; width++) {
      for (const state of states) expect(cellWidth(bar(state, width, 'synthetic guest on ide0-hd0: 40 reads/s of 4 KiB'))).toBe(width);
    }
  });

  it('names the far end, its version, the VM and the guest', () => {
    expect(bar(base, 100, 'synthetic guest')).toMatch(/^── demo machine ─ ready, QEMU 7\.2\.1 ─ VM running ─ synthetic guest ─+ F1 help {2}F2 full screen ──$/);
  });

  it('keeps saying that the guest is made up on the narrowest screen', () => {
    expect(bar(base, 59, 'synthetic guest on ide0-hd0: 40 reads/s of 4 KiB')).toContain('synthetic guest');
  });

  it.each<[LinkState, string]>([
    [{ state: 'connecting' }, 'connecting'],
    [{ state: 'silent', sinceMs: 0 }, 'connected, but another client holds this monitor'],
    [{ state: 'waiting', attempt: 3, retryInMs: 8000, reason: 'connection refused' }, 'not connected (connection refused), trying again in 6 s'],
    [{ state: 'closed', reason: 'ended by the user' }, 'closed: ended by the user'],
  ])('puts %j into words', (link, words) => {
    expect(bar({ ...base, link, nowMs: 2000 }, 120)).toContain(words);
  });

  it('tells how not to wait for the next attempt, as long as Enter means that', () => {
    const link: LinkState = { state: 'waiting', attempt: 3, retryInMs: 8000, reason: 'connection refused' };
    expect(bar({ ...base, link }, 120)).toContain('Enter tries now');
    expect(bar({ ...base, link, editor: { ...base.editor, text: 'x' } }, 120)).not.toContain('Enter tries now');
  });

  it('says what is waited for, how long, and how to stop', () => {
    const running = { id: 1, text: 'block-stream device=d0', sinceMs: 0 };
    expect(bar({ ...base, running, waiting: ['x'], nowMs: 3200 }, 120)).toContain('waiting for block-stream 3 s, 1 more wait, Ctrl-C stops waiting');
    expect(bar({ ...base, running, nowMs: 100 }, 120)).not.toContain('waiting');
  });
});

describe('the list of candidates', () => {
  const candidates = Array.from({ length: 12 }, (_, index) => ({ insert: `c${index}`, label: `candidate-${index}`, detail: `detail ${index}`, kind: 'key' as const }));

  it('marks the chosen one by a sign, not only by colour, and counts the others', () => {
    const lines = popupLines({ from: 0, to: 0, candidates, selected: 9 }, 80, 8).map(({ text }) => plainText(text).trimEnd());
    expect(lines).toHaveLength(8);
    expect(lines).toContain('│ ▸ candidate-9   detail 9');
    expect(lines.at(-1)).toBe('│   12 of 12');
  });

  it('fits the width', () => {
    const long = [{ insert: 'x', label: '漢'.repeat(60), detail: 'd'.repeat(90), kind: 'key' as const }, ...candidates];
    for (const { text } of popupLines({ from: 0, to: 0, candidates: long, selected: 0 }, 59, 8)) expect(cellWidth(plainText(text))).toBeLessThanOrEqual(59);
  });
});

describe('frames', () => {
  const regions = { foot: [], panels: ['p1', 'p2', 'p3'], popup: [] as string[], status: 'status', prompt: { rows: ['qmon> '], caret: { row: 0, column: 6 } } };

  it('let the list of candidates cover the lower panels, so that the prompt stays where it is', () => {
    expect(inlineFrame({ ...regions, popup: ['c1', 'c2'] }, 24).rows).toEqual(['p1', 'c1', 'c2', 'status', 'qmon> ']);
    expect(inlineFrame(regions, 24).caret).toEqual({ row: 4, column: 6 });
  });

  it('stay within 60 % of the rows, however many the prompt has', () => {
    const panels = Array.from({ length: 50 }, (_, index) => `p${index}`);
    for (const rows of [16, 24, 40, 70]) {
      expect(inlineHeight(rows)).toBeLessThanOrEqual(rows * 0.6);
      expect(inlineFrame({ ...regions, panels }, rows).rows.length).toBeLessThanOrEqual(inlineHeight(rows));
    }
  });

  it('fill the full screen exactly, with the output at its bottom', () => {
    const frame = fullScreenFrame(regions, (height) => ['o1', 'o2'].slice(-height), { rows: 12, rule: 'rule' });
    expect(frame.rows).toEqual(['p1', 'p2', 'p3', 'rule', '', '', '', '', 'o1', 'o2', 'status', 'qmon> ']);
  });
});

describe('rows for panels', () => {
  it('are shared fairly: who needs little gets it, the others share the rest', () => {
    expect(shareRows([10, 10, 2], 14)).toEqual([6, 6, 2]);
    expect(shareRows([5, 3, 1], 20)).toEqual([5, 3, 1]);
    expect(shareRows([9, 9, 9], 7)).toEqual([3, 2, 2]);
  });

  it('go to fewer panels when there are too few', () => {
    expect(shareRows([5, 5, 5], 5)).toEqual([3, 2, 0]);
    expect(shareRows([5, 5], 1)).toEqual([0, 0]);
  });
});

describe('slots', () => {
  it('are replaced by their lines, which cover the blanks behind them', () => {
    expect(fillSlots([`${slot(0)}       ${slot(1)}`, slot(2)], ['left', '\x1b[31mright\x1b[39m', ''])).toEqual(['left    \x1b[31mright\x1b[39m', ' ']);
  });
});

describe('output', () => {
  it('is told apart by a sign where it is an event', () => {
    expect(outputLines({ kind: 'event', text: 'RESUME' }).map(plainText)).toEqual(['◆ RESUME']);
    expect(outputLines({ kind: 'text', text: 'a\nb\x1b[2J\n' })).toEqual(['a', 'b^[[2J']);
  });
});
