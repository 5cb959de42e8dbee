import type { LinkState } from '../../qmp/link.ts';
import type { AllowLevel } from '../../shell/safety/allow-level.ts';
import { withoutSecrets } from '../../shell/secrets.ts';
import type { ScreenState, TabsState } from '../state/screen-state.ts';
import { cutCells, cutStart } from '../text/fit-cells.ts';
import { cellWidth } from '../text/graphemes.ts';
import { printableLine } from '../text/printable.ts';
import { styledWidth } from '../text/styled-text.ts';
import { theme } from '../theme.ts';

/** What the bar says besides the state. */
export interface StatusLabels {
  /** What the other end is called. */
  readonly target: string;
  readonly guest?: string;
  /** The keys of the chosen row, while a panel has the keys. */
  readonly panelKeys?: string;
  /** What the session may do, where that is not everything. */
  readonly allow?: AllowLevel;
}

interface Part {
  readonly text: string;
  readonly paint?: (text: string) => string;
  /** Parts with the highest number go first when room is short. */
  readonly priority: number;
  /** The part may be cut to this many cells before it goes. */
  readonly least?: number;
}

/** Less than this says nothing. */
const leastRoom = 10;
/** 'synthetic guest' must stay to be read: whoever sees the numbers move has to know why. */
const guestCells = 16;
/** Cells for why there is no connection: at least, and what the rest of the line needs. */
const leastReason = 30;
const besidesReason = 64;
const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** The line between panels and prompt: the link, the VM, and at its right end what is going on or which keys help. */
export function statusBar(state: ScreenState, labels: StatusLabels, width: number): string {
  const room = width - 4;
  const news = activity(state) ?? panelHint(state, labels);
  const shownNews = news && { ...news, text: cutCells(news.text, room - 4) };
  const reserved = shownNews ? cellWidth(shownNews.text) + 3 : width >= 72 ? 'F1 help'.length + 3 : 0;
  const left = fitParts(facts(state, labels, width), room - reserved);
  const shownRight = shownNews ?? keyHint(state, room - left.reduce((sum, part) => sum + cellWidth(part.text) + 3, 0));
  const facing = left.map(({ text, paint }) => (paint ? paint(text) : text)).join(theme.dim(' ─ '));
  const end = shownRight ? ` ${shownRight.paint ? shownRight.paint(shownRight.text) : shownRight.text} ` : '';
  const start = `${theme.dim('── ')}${facing}${left.length > 0 ? ' ' : ''}`;
  const rule = '─'.repeat(Math.max(1, width - styledWidth(start) - styledWidth(end) - 2));
  return `${start}${theme.dim(rule)}${end}${theme.dim('──')}`;
}

/** Where the link is in its life, in words; of a reason at most so many cells. */
export function linkText(link: LinkState, elapsedMs: number, reasonCells = leastReason): string {
  const seconds = (ms: number) => Math.max(0, Math.ceil(ms / 1000));
  switch (link.state) {
    case 'connecting': return 'connecting';
    case 'silent': return 'connected, but another client holds this monitor';
    case 'ready': return `ready, QEMU ${link.version.qemu.major}.${link.version.qemu.minor}.${link.version.qemu.micro}`;
    case 'waiting': return `not connected (${cutCells(printableLine(link.reason), reasonCells)}), trying again in ${seconds(link.retryInMs - elapsedMs)} s`;
    case 'closed': return `closed: ${printableLine(link.reason)}`;
  }
}

/** Every connection by its number; the one that shows in brackets; what is not ready says so. */
function tabsPart({ tabs, shown }: TabsState): Part {
  const cells = Math.max(8, Math.floor(40 / tabs.length));
  const texts = tabs.map(({ label, state }, index) => {
    const text = `${index + 1} ${cutStart(printableLine(label), cells)}${state === 'ready' ? '' : ` (${state})`}`;
    return index === shown ? `[${text}]` : text;
  });
  return { text: texts.join(' '), paint: theme.strong, priority: 0 };
}

function facts(state: ScreenState, { target, guest, allow = 'full' }: StatusLabels, width: number): Part[] {
  const { link, vmStatus, staleBecause } = state;
  const vm: Part[] = vmStatus === undefined || link.state !== 'ready' || staleBecause !== undefined ? []
    : [{ text: `VM ${printableLine(vmStatus)}`, paint: vmStatus === 'running' ? theme.good : theme.warn, priority: 1 }];
  return [
    ...(state.tabs ? [tabsPart(state.tabs)] : [{ text: cutCells(printableLine(target), 40), paint: theme.strong, priority: 3 }]),
    // The tabs say by a word how their links are; of the one that shows there is more to say, as far as there is room.
    state.tabs ? { ...linkPart(state, leastReason), priority: 1, least: leastReason } : linkPart(state, Math.max(leastReason, width - besidesReason)),
    ...vm,
    ...(allow === 'full' ? [] : [{ text: allow === 'observe' ? 'read-only' : `only ${allow}`, paint: theme.warn, priority: 0 }]),
    ...(guest === undefined ? [] : [{ text: printableLine(guest), paint: theme.warn, priority: 2, least: guestCells }]),
  ];
}

/** The link, or why the panels are old although it is there. */
function linkPart({ link, staleBecause, nowMs, linkSinceMs }: ScreenState, reasonCells: number): Part {
  if (link.state === 'ready' && staleBecause !== undefined) {
    return { text: `panels are old: ${printableLine(staleBecause)}`, paint: theme.warn, priority: 0 };
  }
  const paint = link.state === 'ready' ? theme.good : link.state === 'connecting' ? theme.accent : theme.warn;
  return { text: linkText(link, nowMs - linkSinceMs, reasonCells), paint, priority: 0 };
}

/** Leaves parts out until the rest fits; the last one is cut. */
function fitParts(parts: readonly Part[], room: number): readonly Part[] {
  if (room < leastRoom) return [];
  let shown = [...parts];
  const needed = () => shown.reduce((sum, part) => sum + cellWidth(part.text) + 3, 0);
  while (shown.length > 1 && needed() > room) {
    const long = shown.find((part) => cellWidth(part.text) > (part.least ?? Number.POSITIVE_INFINITY));
    const worst = shown.reduce((most, part) => (part.priority > most.priority ? part : most));
    if (long) shown = shown.map((part) => (part === long ? shortened(part, needed() - room) : part));
    else shown = shown.filter((part) => part !== worst);
  }
  return shown.length === 1 && needed() > room ? shown.map((part) => ({ ...part, text: cutCells(part.text, Math.max(1, room - 3)) })) : shown;
}

function shortened(part: Part, by: number): Part {
  return { ...part, text: cutCells(part.text, Math.max(part.least ?? 0, cellWidth(part.text) - by)) };
}

function activity(state: ScreenState): Part | undefined {
  if (state.notice !== undefined) return { text: state.notice, paint: theme.warn, priority: 0 };
  if (state.question) return { text: 'a question waits, Esc leaves', paint: theme.bad, priority: 0 };
  if (state.popup) return { text: 'Tab next, Enter takes, Esc closes', paint: theme.dim, priority: 0 };
  if (state.search) return { text: 'Ctrl-R older, Ctrl-S newer, Enter runs, Esc edits', paint: theme.dim, priority: 0 };
  const waited = state.running ? state.nowMs - state.running.sinceMs : 0;
  if (state.running && waited >= 300) return { text: waitingText(state, waited), paint: theme.accent, priority: 0 };
  if (state.link.state === 'waiting' && state.editor.text === '') return { text: 'Enter tries now', paint: theme.accent, priority: 0 };
  return undefined;
}

/** Which keys help, as long as nothing else is to be said and there is room. */
function keyHint({ mode }: ScreenState, room: number): Part | undefined {
  const texts = [mode === 'inline' ? 'F1 help  F2 full screen' : 'F1 help  F2 back', 'F1 help'];
  const text = texts.find((candidate) => candidate.length + 3 <= room);
  return text === undefined ? undefined : { text, paint: theme.dim, priority: 0 };
}

/** What keys mean while a panel has them. */
function panelHint({ panels: { focus, isFiltering } }: ScreenState, { panelKeys = '' }: StatusLabels): Part | undefined {
  if (focus === undefined) return undefined;
  const text = isFiltering ? 'Enter keeps the filter, Esc takes it away' : `${panelKeys === '' ? '' : `${panelKeys}  `}/ filter  Esc prompt  ? help`;
  return { text, paint: theme.accent, priority: 0 };
}

function waitingText(state: ScreenState, waitedMs: number): string {
  const what = printableLine(withoutSecrets(state.running?.text ?? '').split(/\s/, 1)[0] ?? '');
  const queued = state.waiting.length > 0 ? `, ${state.waiting.length} more wait` : '';
  const turn = spinner[Math.floor(waitedMs / 250) % spinner.length] ?? '';
  if (state.shown !== undefined) return `${cutCells(what, 24)}${queued}, Ctrl-C ends it`;
  return `${turn} waiting for ${cutCells(what, 24)} ${Math.floor(waitedMs / 1000)} s${queued}, Ctrl-C stops waiting`;
}
