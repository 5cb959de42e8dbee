import type { HmpFacts } from '../../hmp/command-facts.ts';
import type { FarLookup } from '../far-lookup.ts';
import { inputLanguage, isJsonLine } from '../input-language.ts';
import type { Knowledge } from '../knowledge.ts';
import { lineWords } from '../line-words.ts';
import type { LineWord } from '../line-words.ts';
import { canDo } from '../job-verbs.ts';
import type { Snapshot } from '../live-state.ts';
import { dryRunLength, dryRunWord } from '../rehearsal/dry-run.ts';
import { rehearsedCommands } from '../rehearsal/rehearsed-commands.ts';
import type { Candidate, Completion } from '../session.ts';
import { splitOwnLine } from '../console-commands.ts';
import { commandItems } from './command-items.ts';
import { consolePlace } from './console-line.ts';
import { fileNames } from './file-names.ts';
import type { FilePlace } from './file-names.ts';
import { imageFormats } from './image-formats.ts';
import { hmpLinePlace } from './hmp-line.ts';
import type { Item } from './item.ts';
import { jsonPlace } from './json-message.ts';
import type { Place } from './place.ts';
import { qmpLinePlace } from './qmp-line.ts';
import { rank } from './rank.ts';
import { itemsOf } from './sources.ts';
import type { MonitorPlace, World } from './sources.ts';

/** What completion knows, and whom it asks. */
export interface CompletionKnowledge extends Knowledge {
  readonly files: FilePlace;
  /** Asks for what the snapshot does not hold. */
  readonly ask: FarLookup;
  /** Finds the monitors that run here; absent: none is looked for. */
  readonly monitors?: (() => Promise<readonly MonitorPlace[]>) | undefined;
}

/** Works out what can stand at the caret, best first. */
export async function complete(text: string, cursor: number, knowledge: CompletionKnowledge): Promise<Completion> {
  const own = ownLine(text, cursor, knowledge);
  if (own !== undefined) return 'place' in own ? completePlaces([own.place], knowledge) : completeBehind(own.from, { text, cursor }, knowledge);
  const rehearsed = dryRunLength(text);
  if (rehearsed === 0 || cursor < rehearsed || !/\s$/.test(text.slice(0, rehearsed))) return completeLine(text, cursor, knowledge);
  return completeBehind(rehearsed, { text, cursor }, rehearsable(knowledge));
}

/** Completes a line that begins inside another one. */
async function completeBehind(start: number, { text, cursor }: { text: string; cursor: number }, knowledge: CompletionKnowledge): Promise<Completion> {
  const { from, to, ...rest } = await complete(text.slice(start), cursor - start, knowledge);
  return { from: from + start, to: to + start, ...rest };
}

/** What can stand behind `--dry-run`. */
function rehearsable({ vocabulary, hmp, ...rest }: CompletionKnowledge): CompletionKnowledge {
  const names = vocabulary.names.filter((name) => rehearsedCommands.has(name));
  return {
    ...rest,
    vocabulary: { names, has: (name) => vocabulary.has(name), command: (name) => vocabulary.command(name) },
    hmp: hmp.filter(({ needs, isRequest }) => isRequest && needs.some((name) => rehearsedCommands.has(name))),
  };
}

function completeLine(text: string, cursor: number, knowledge: CompletionKnowledge): Promise<Completion> {
  return completePlaces(placesAt(text, cursor, knowledge), knowledge);
}

async function completePlaces(places: Places, knowledge: CompletionKnowledge): Promise<Completion> {
  const world: World = {
    snapshot: knowledge.snapshot,
    ask: knowledge.ask,
    commandNames: knowledge.vocabulary.names,
    get formats() { return imageFormats(knowledge.vocabulary); },
    listFiles: (typed) => fileNames(typed, knowledge.files),
    listMonitors: async () => await knowledge.monitors?.() ?? [],
  };
  const candidates: Candidate[] = [];
  for (const place of places) candidates.push(...await candidatesOf(place, world));
  const [{ from, to, typed }] = places;
  if (places.length > 1) candidates.sort((one, other) => Number(other.label.startsWith(typed)) - Number(one.label.startsWith(typed)));
  const expects = places.map((place) => expectation(place, knowledge.snapshot)).find((one) => one !== undefined);
  return { from, to, candidates, ...(expects !== undefined && { expects }) };
}

async function candidatesOf(place: Place, world: World): Promise<Candidate[]> {
  const live = place.slot === undefined ? [] : await itemsOf(place.slot, world, place.typed);
  return rank([...live, ...place.items ?? []], place.typed).map((item) => candidateOf(item, place));
}

function candidateOf(item: Item, place: Place): Candidate {
  const detail = typeof item.detail === 'function' ? item.detail() : item.detail;
  return { insert: place.insert(item), label: item.value, kind: item.kind, ...(detail !== undefined && { detail }) };
}

/** What is expected; and when that is a job, whether there is one that the verb suits. */
function expectation({ expects, slot }: Place, { jobs }: Snapshot): string | undefined {
  const { verb } = slot ?? {};
  if (verb === undefined || jobs.some((row) => canDo(row, verb))) return expects ?? slot?.expects;
  return `job (${jobs.length === 0 ? 'none is running' : `no job accepts ${verb} now`})`;
}

type Places = readonly [Place, ...Place[]];

/** A name that HMP and QMP share gets the offers of both until its arguments tell which it is. */
function placesAt(text: string, cursor: number, { vocabulary, hmp, own }: Knowledge): Places {
  if (isJsonLine(text)) return [jsonPlace(text, cursor, vocabulary)];
  const [first, ...rest] = lineWords(text);
  if (first === undefined || cursor <= first.to) return [commandPlace(first, cursor, { vocabulary, hmp, own })];
  const isHmp = (name: string) => isHmpName(name, hmp);
  const language = inputLanguage(text, { isQmp: (name) => vocabulary.has(name), isHmp });
  const hasKeys = rest.some(({ key }) => key !== undefined && /^[\w.-]+$/.test(key));
  if (language === 'qmp' || (vocabulary.has(first.text) && hasKeys)) return [qmpLinePlace(text, cursor, vocabulary)];
  const asHmp = hmpLinePlace(text, cursor, { hmp, vocabulary });
  const mayBeQmp = vocabulary.has(first.text) && lineWords(text.slice(0, cursor)).length <= (asHmp.from < cursor ? 2 : 1);
  return mayBeQmp ? [asHmp, qmpLinePlace(text, cursor, vocabulary)] : [asHmp];
}

function isHmpName(name: string, hmp: readonly HmpFacts[]): boolean {
  return hmp.some((one) => one.name === name || one.name.startsWith(`${name} `) || one.aliases.includes(name));
}

/** The place in one of qmon's own lines, or where the line begins that it is about; undefined when the line is not qmon's own. */
function ownLine(text: string, cursor: number, { vocabulary, hmp, own }: Knowledge): { place: Place } | { from: number } | undefined {
  const { name, rest, isMarked } = splitOwnLine(text.trimStart());
  const command = own.find((one) => one.name === name);
  const start = text.length - rest.length;
  if (command === undefined || cursor < start || !/\s$/.test(text.slice(0, start))) return undefined;
  if (!isMarked && (vocabulary.has(name) || isHmpName(name, hmp))) return undefined;
  const from = start + (command.lineFrom?.(rest) ?? rest.length);
  return command.lineFrom !== undefined && cursor >= from ? { from } : { place: consolePlace({ text, cursor, start }, command) };
}

const dryRunItem: Item = { value: dryRunWord, kind: 'flag', detail: 'tell what a job or snapshot command would do, and do nothing', suffix: ' ' };

function commandPlace(first: LineWord | undefined, cursor: number, names: Pick<Knowledge, 'vocabulary' | 'hmp' | 'own'>): Place {
  const from = first === undefined || cursor < first.from ? cursor : first.from;
  const typed = first === undefined ? '' : first.raw.slice(0, Math.max(0, cursor - from));
  const items = typed.startsWith('-') ? [dryRunItem] : commandItems(names);
  return { from, to: cursor, typed, items, expects: 'command', insert: (item) => item.value + (item.suffix ?? ' ') };
}
