import { asksForSecret, messageWithoutSecrets, replyWithoutSecret } from '../../shell/secret-members.ts';
import type { Exchange } from '../../shell/wire-log.ts';
import { formatJson } from '../../util/lossless-json.ts';
import type { Panel, PanelColumn } from '../panel.ts';
import { cutCells } from '../text/fit-cells.ts';
import { formatMilliseconds } from '../text/format-quantity.ts';
import { printableLine } from '../text/printable.ts';
import { theme } from '../theme.ts';

/** A request with its reply, or a line of them as JSON. */
interface WireRow {
  readonly key: string;
  readonly exchange: Exchange;
  readonly line?: string;
}

/** Lines of one message that are shown; more would be searched elsewhere. */
const mostLines = 400;
const linesOf = new WeakMap<Exchange, readonly string[]>();

const columns: readonly PanelColumn<WireRow>[] = [
  { title: 'WIRE', priority: 0, fixed: 14, text: ({ exchange }) => clockTime(exchange.sentAt), paint: (cell) => theme.dim(cell) },
  { title: 'MS', priority: 0, align: 'right', fixed: 7, text: tookText, sort: ({ exchange }) => exchange.answer?.tookMs },
  { title: 'COMMAND', priority: 0, min: 18, gives: 2, text: ({ exchange }) => printableLine(exchange.command),
    paint: (cell) => theme.strong(cell), sort: ({ exchange }) => exchange.command },
  { title: 'ARGUMENTS', priority: 1, min: 12, gives: 1, text: argumentsText },
  { title: 'ANSWER', priority: 0, min: 12, text: answerText,
    paint: (cell, { exchange }) => (exchange.answer?.error ? theme.bad(cell) : cell) },
];

/** What goes over the wire, the newest first: a request and its reply are one row. */
const wire: Panel<WireRow> = {
  id: 'wire',
  title: 'the wire',
  key: 'f8',
  // The panels' own questions would hide all others.
  filter: '!query-',
  refreshOn: [],
  order: 5,
  columns,
  actions: [],
  rows: (model) => model.wire.newestFirst.map((exchange) => ({ key: String(exchange.number), exchange })),
  keyOf: ({ key }) => key,
  textOf: ({ exchange }) => `${exchange.command} ${exchange.request.arguments === undefined ? '' : formatJson(exchange.request.arguments)} ${exchange.answer?.error?.desc ?? ''}`,
  below: ({ exchange, key, line }) => (line === undefined ? messageLines(exchange).map((text, index) => ({ key: `${key}/${index}`, exchange, line: text })) : []),
  across: ({ line }, width) => (line === undefined ? undefined : cutCells(`   ${printableLine(line)}`, width)),
  empty: () => 'nothing was sent yet',
};

export default wire;

/** Both messages as they went over the wire, but for secrets. */
function messageLines(exchange: Exchange): readonly string[] {
  const known = linesOf.get(exchange);
  if (known !== undefined) return known;
  const { request, answer } = exchange;
  const reply = answer?.reply && asksForSecret(request) ? replyWithoutSecret(answer.reply) : answer?.reply;
  const lines = [
    ...jsonLines('→', request),
    ...(reply !== undefined ? jsonLines('←', reply) : [answer === undefined ? '← is awaited' : '← only the newest answer to a query is kept']),
  ];
  linesOf.set(exchange, lines);
  return lines;
}

function jsonLines(mark: string, message: Readonly<Record<string, unknown>>): string[] {
  const lines = formatJson(messageWithoutSecrets(message), { pretty: true }).split('\n');
  const shown = lines.slice(0, mostLines).map((line, index) => `${index === 0 ? mark : ' '} ${line}`);
  return lines.length > mostLines ? [...shown, `  … ${lines.length - mostLines} more lines`] : shown;
}

function argumentsText({ exchange: { request } }: WireRow): string {
  if (typeof request.arguments !== 'object' || request.arguments === null) return '';
  return cutCells(printableLine(formatJson(messageWithoutSecrets(request.arguments))), 300);
}

function answerText({ exchange: { answer } }: WireRow): string {
  if (answer === undefined) return 'is awaited';
  if (answer.error !== undefined) return printableLine(`${answer.error.class}: ${answer.error.desc}`);
  const value = answer.reply?.return;
  if (Array.isArray(value)) return `${value.length} rows`;
  if (typeof value !== 'object' || value === null) return value === undefined ? 'answered' : printableLine(cutCells(formatJson(value), 200));
  const keys = Object.keys(value);
  return keys.length === 0 ? '{}' : printableLine(cutCells(`{${keys.join(', ')}}`, 200));
}

function tookText({ exchange: { answer } }: WireRow): string {
  return answer === undefined ? '…' : formatMilliseconds(answer.tookMs);
}

/** 'HH:MM:SS.mmm', local time. */
function clockTime(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
