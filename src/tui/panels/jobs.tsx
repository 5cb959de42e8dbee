import { quoteWord } from '../../shell/completion/quote.ts';
import type { FinishedJob } from '../../shell/finished-jobs.ts';
import { formatDuration, percentOf } from '../../shell/job-progress.ts';
import type { JobProgress } from '../../shell/job-progress.ts';
import type { JobVerb } from '../../shell/job-verbs.ts';
import type { Panel, PanelColumn, PanelModel, RowAction } from '../panel.ts';
import { cutCells } from '../text/fit-cells.ts';
import { formatByteRate, formatBytes } from '../text/format-quantity.ts';
import { cellWidth } from '../text/graphemes.ts';
import { jobPath } from '../text/job-path.ts';
import { printableLine } from '../text/printable.ts';
import { theme } from '../theme.ts';
import { progressBar } from '../widgets/progress-bar.ts';

/** A job, one that is over, or a line of what there is to say about one. */
interface JobRow {
  readonly key: string;
  readonly job: Pick<JobProgress, 'id' | 'type' | 'state' | 'done' | 'total' | 'speed' | 'isBlockJob' | 'verbs' | 'hint'> & Partial<JobProgress>;
  /** Over and gone: only the monitor still knows it. */
  readonly isGone?: boolean;
  /** Made for the width that there is. */
  readonly note?: string;
}

const barCells = 20;
/** A rate says something only while bytes move. */
const moving = new Set(['running', 'ready']);
const resting = new Set(['paused', 'standby']);
/** What most people want comes first. */
const verbOrder: readonly JobVerb[] = ['complete', 'finalize', 'dismiss', 'resume', 'pause', 'cancel', 'set-speed'];

const columns: readonly PanelColumn<JobRow>[] = [
  { title: 'JOB', priority: 0, text: ({ job }) => printableLine(job.id), min: 14, paint: (cell) => theme.strong(cell),
    sort: ({ job }) => job.id },
  { title: 'TYPE', priority: 4, text: ({ job }) => printableLine(job.type), min: 6, sort: ({ job }) => job.type },
  { title: 'PROGRESS', priority: 3, fixed: barCells, min: 8, gives: 2, text: () => '',
    fit: (_, cells, row) => barText(row, cells), paint: paintBar,
    sort: ({ job }) => job.percent },
  { title: '', priority: 0, align: 'right', fixed: 6,
    text: ({ job: { percent } }) => (percent === undefined ? '–' : `${percent.toFixed(1)}%`) },
  { title: 'RATE', priority: 2, align: 'right', fixed: 10, text: rateText, sort: ({ job }) => job.rate },
  { title: 'ETA', priority: 1, align: 'right', fixed: 11, text: etaText,
    paint: (cell, { job }) => (job.isLosing ? theme.warn(cell) : cell), sort: ({ job }) => job.etaSeconds },
  { title: 'STATE', priority: 0, fixed: 9, text: ({ job }) => job.state, paint: paintState, sort: ({ job }) => job.state },
  { title: 'LIMIT', priority: 6, align: 'right', fixed: 10,
    text: ({ job }) => (job.speed > 0 ? formatByteRate(job.speed) : 'none') },
  { title: 'NEXT', priority: 5, min: 16, gives: 1, text: nextText, fit: fittingNext,
    paint: (cell, { job }) => (job.isLosing ? theme.warn(cell) : theme.dim(cell)) },
];

const actions: readonly RowAction<JobRow>[] = [
  verbAction('c', 'complete', 'complete: switches over to the target'),
  verbAction('p', 'pause', 'pause'),
  verbAction('r', 'resume', 'resume'),
  verbAction('s', 'set-speed', 'speed: limits the bytes per second'),
  verbAction('x', 'cancel', 'cancel'),
  verbAction('f', 'finalize', 'finalize: makes it final'),
  verbAction('d', 'dismiss', 'dismiss: forgets its result'),
];

/** The jobs, those that are over with their results, and what can be done with them. */
const jobs: Panel<JobRow> = {
  id: 'jobs',
  title: 'block jobs',
  key: 'f5',
  refreshOn: ['JOB_STATUS_CHANGE', 'BLOCK_JOB_COMPLETED', 'BLOCK_JOB_CANCELLED', 'BLOCK_JOB_READY', 'BLOCK_JOB_ERROR', 'BLOCK_JOB_PENDING'],
  order: 3,
  columns,
  actions,
  rows: jobRows,
  keyOf: ({ key }) => key,
  textOf: ({ job }) => `${job.id} ${job.type} ${job.state}`,
  below: notes,
  startsOpen: ({ count, isFullScreen }) => isFullScreen && count <= 3,
  across: ({ note }, width) => (note === undefined ? undefined : `  ${note.length > width - 2 && !note.includes('\x1b') ? cutCells(note, width - 2) : note}`),
  empty: ({ snapshot }) => (snapshot.atMs === 0 ? 'waiting for the first reading' : 'no job is running'),
};

export default jobs;

/** What runs, then what is over; a job that waits to be dismissed is still one of the first. */
function jobRows({ jobs: running, jobHistory }: PanelModel): JobRow[] {
  const listed = new Set(running.map(({ id }) => id));
  const over = jobHistory.finished.filter(({ id }) => !listed.has(id)).reverse();
  return [...running.map((job): JobRow => ({ key: job.id, job })), ...over.map(goneRow)];
}

function goneRow(job: FinishedJob): JobRow {
  const { key, id, type, result, done, total, speed, error } = job;
  const percent = percentOf(done, total);
  const hint = result === 'failed' ? `failed: ${error ?? 'no reason was told'}` : `${result}, ${formatBytes(done)}`;
  const shown = { id, type, state: result, done, total, speed, isBlockJob: true, verbs: ['dismiss' as const], hint };
  return { key, isGone: true, job: { ...shown, ...(percent !== undefined && { percent }), ...(result === 'failed' && { error: error ?? '' }) } };
}

/** Where the job stands in its life, what it has done, and what is wrong with it. */
function notes(row: JobRow, { jobHistory }: PanelModel): JobRow[] {
  const { job, key, isGone } = row;
  if (row.note !== undefined) return [];
  const passed = jobHistory.passed.get(job.id) ?? [];
  const lines = [
    ...(isGone ? [] : [jobPath(job, passed)]),
    `${formatBytes(job.done)} of ${formatBytes(job.total)} done${job.total > job.done ? `, ${formatBytes(job.total - job.done)} left` : ''}`
      + `${job.growth !== undefined && job.growth >= 1 ? `; the guest adds ${formatByteRate(job.growth)}` : ''}`
      + `${job.ioStatus !== undefined && job.ioStatus !== 'ok' ? `; I/O status: ${job.ioStatus}` : ''}`,
    ...(job.isLosing === true ? [theme.warn(losing(job)), theme.warn('raise its speed, slow the guest down, or mirror with copy-mode=write-blocking')] : []),
    ...(job.error === undefined ? [] : [theme.bad(printableLine(job.error))]),
  ];
  return lines.map((note, index) => ({ key: `${key}/${index}`, job, note, ...(isGone && { isGone }) }));
}

function losing({ rate = 0, growth = 0, speed }: JobRow['job']): string {
  return `will not converge: the guest writes ${formatByteRate(growth)}, the job copies ${formatByteRate(rate)}${speed > 0 ? ` (limit ${formatByteRate(speed)})` : ''}`;
}

/** Verbs that end or change something are left for Enter; the others are run at once. */
function verbAction(key: string, verb: JobVerb, description: string): RowAction<JobRow> {
  const isTyped = verb === 'complete' || verb === 'cancel' || verb === 'set-speed';
  return {
    key, description,
    reason: ({ job }) => (job.verbs.includes(verb) ? undefined : `'${verb}' cannot be asked of job '${printableLine(job.id)}', which is ${job.state}`),
    deed: (row) => {
      if (row.isGone === true) return { forget: row.key.replace(/\/\d+$/, '') };
      const line = verbLine(row, verb);
      return isTyped ? { type: line } : { run: line };
    },
  };
}

function verbLine({ job }: JobRow, verb: JobVerb): string {
  const id = quoteWord(job.id);
  const line = job.isBlockJob && verb !== 'dismiss' && verb !== 'finalize' ? `block-job-${verb} device=${id}` : `job-${verb} id=${id}`;
  // QEMU does not cancel what a user has paused, unless it is forced to.
  if (verb === 'cancel' && job.isBlockJob && resting.has(job.state)) return `${line} force=true`;
  return verb === 'set-speed' ? `${line} speed=` : line;
}

function barText({ job }: JobRow, cells: number): string {
  const { done, left } = progressBar(job.percent ?? 0, cells);
  return done + left;
}

function paintBar(cell: string, { job }: JobRow): string {
  const done = cell.lastIndexOf('━') + 1;
  const colour = job.state === 'running' || job.state === 'completed' ? theme.good : theme.warn;
  return colour(cell.slice(0, done)) + theme.dim(cell.slice(done));
}

function rateText({ job }: JobRow): string {
  return job.rate === undefined || !moving.has(job.state) ? '–' : formatByteRate(job.rate);
}

function etaText({ job }: JobRow): string {
  if (job.isLosing === true) return 'never';
  return job.etaSeconds === undefined ? '–' : formatDuration(job.etaSeconds);
}

function paintState(cell: string, { job }: JobRow): string {
  if (job.error !== undefined || job.state === 'aborting') return theme.bad(cell);
  if (job.state === 'running' || job.state === 'completed') return theme.good(cell);
  return job.state === 'ready' ? theme.accent(cell) : theme.warn(cell);
}

/** While it runs, the verbs; when it waits for somebody or gets nowhere, why. */
function nextText({ job }: JobRow): string {
  if (job.isLosing === true) return losing(job);
  return job.state === 'running' && job.error === undefined ? verbsText(job) : printableLine(job.hint);
}

/** A sentence that does not fit gives way to the verbs; why a job failed or gets nowhere is worth more than that. */
function fittingNext(text: string, cells: number, { job }: JobRow): string {
  const isWorthMore = job.error !== undefined || job.isLosing === true;
  return cellWidth(text) <= cells || isWorthMore ? cutCells(text, cells) : cutCells(verbsText(job), cells);
}

function verbsText({ verbs }: JobRow['job']): string {
  return verbOrder.filter((verb) => verbs.includes(verb)).join(', ');
}
