import { formatDuration } from '../../shell/job-progress.ts';
import type { JobProgress } from '../../shell/job-progress.ts';
import type { JobVerb } from '../../shell/job-verbs.ts';
import type { Panel } from '../panel.ts';
import { cutCells } from '../text/fit-cells.ts';
import { formatByteRate } from '../text/format-quantity.ts';
import { cellWidth } from '../text/graphemes.ts';
import { printableLine } from '../text/printable.ts';
import { theme } from '../theme.ts';
import { progressBar } from '../widgets/progress-bar.ts';
import { tableLines } from '../widgets/table-columns.ts';
import type { TableColumn } from '../widgets/table-columns.ts';

const barCells = 20;
/** A rate says something only while bytes move. */
const moving = new Set(['running', 'ready']);
/** What most people want comes first. */
const verbOrder: readonly JobVerb[] = ['complete', 'finalize', 'dismiss', 'resume', 'pause', 'cancel', 'set-speed'];

const columns: readonly TableColumn<JobProgress>[] = [
  { title: 'JOB', priority: 0, text: (job) => printableLine(job.id), min: 13, paint: (cell) => theme.strong(cell) },
  { title: 'TYPE', priority: 4, text: (job) => printableLine(job.type), min: 6 },
  { title: 'PROGRESS', priority: 3, fixed: barCells, min: 8, gives: 2, text: () => '', fit: (_, cells, job) => barText(job, cells), paint: paintBar },
  { title: '', priority: 0, align: 'right', fixed: 6, text: (job) => (job.percent === undefined ? '–' : `${job.percent.toFixed(1)}%`) },
  { title: 'RATE', priority: 2, align: 'right', fixed: 10, text: rateText },
  { title: 'ETA', priority: 1, align: 'right', fixed: 11, text: etaText },
  { title: 'STATE', priority: 0, fixed: 9, text: (job) => job.state, paint: paintState },
  { title: 'LIMIT', priority: 6, align: 'right', fixed: 10, text: (job) => (job.speed > 0 ? formatByteRate(job.speed) : 'none') },
  { title: 'NEXT', priority: 5, min: 16, gives: 1, text: nextText, fit: fittingNext, paint: (cell) => theme.dim(cell) },
];

/** The running block jobs and what can be done with them. */
const jobs: Panel = {
  id: 'jobs',
  title: 'block jobs',
  key: 'f5',
  refreshOn: ['JOB_STATUS_CHANGE', 'BLOCK_JOB_COMPLETED', 'BLOCK_JOB_CANCELLED', 'BLOCK_JOB_READY', 'BLOCK_JOB_ERROR', 'BLOCK_JOB_PENDING'],
  order: 3,
  rows: (model, width) => ({
    ...tableLines(columns, model.jobs, width),
    empty: model.snapshot.atMs === 0 ? 'waiting for the first reading' : 'no job is running',
  }),
};

export default jobs;

function barText(job: JobProgress, cells: number): string {
  const { done, left } = progressBar(job.percent ?? 0, cells);
  return done + left;
}

function paintBar(cell: string, job: JobProgress): string {
  const done = cell.lastIndexOf('━') + 1;
  const colour = job.state === 'running' ? theme.good : theme.warn;
  return colour(cell.slice(0, done)) + theme.dim(cell.slice(done));
}

function rateText(job: JobProgress): string {
  return job.rate === undefined || !moving.has(job.state) ? '–' : formatByteRate(job.rate);
}

function etaText(job: JobProgress): string {
  return job.etaSeconds === undefined ? '–' : formatDuration(job.etaSeconds);
}

function paintState(cell: string, job: JobProgress): string {
  if (job.error !== undefined || job.state === 'aborting') return theme.bad(cell);
  if (job.state === 'running') return theme.good(cell);
  return job.state === 'ready' ? theme.accent(cell) : theme.warn(cell);
}

/** While it runs, the verbs; when it waits for somebody, what it waits for. */
function nextText(job: JobProgress): string {
  return job.state === 'running' && job.error === undefined ? verbsText(job) : printableLine(job.hint);
}

/** A sentence that does not fit gives way to the verbs; why a job failed is worth more than that. */
function fittingNext(text: string, cells: number, job: JobProgress): string {
  return cellWidth(text) <= cells || job.error !== undefined ? cutCells(text, cells) : cutCells(verbsText(job), cells);
}

function verbsText({ verbs }: JobProgress): string {
  return verbOrder.filter((verb) => verbs.includes(verb)).join(', ');
}
