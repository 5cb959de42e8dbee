import type { HmpFacts } from '../../hmp/command-facts.ts';
import type { ConsoleCommand } from '../console-command.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { Item } from './item.ts';
import { objectMembers } from './members.ts';

interface Names {
  readonly vocabulary: Vocabulary;
  readonly hmp: readonly HmpFacts[];
  readonly own: readonly ConsoleCommand[];
}

const made = new WeakMap<Vocabulary, Item[]>();

/** Every word that a line can begin with: HMP first, then QMP, each in order of length so that the shortest match leads. */
export function commandItems({ vocabulary, hmp, own }: Names): Item[] {
  const known = made.get(vocabulary);
  if (known) return known;
  const items = new Map<string, Item>();
  for (const { name, doc, slots } of hmp) {
    const [word = '', ...sub] = name.split(' ');
    if (sub.length > 0) items.set(word, { value: word, kind: 'command', detail: 'show something: info block, info block-jobs ...' });
    else items.set(word, { value: word, kind: 'command', detail: doc, suffix: slots.length > 0 ? ' ' : '' });
  }
  for (const word of ['quit', 'exit']) items.set(word, { value: word, kind: 'command', detail: 'leave qmon; the far end goes on', suffix: '' });
  for (const { name, doc, usage } of own) if (!items.has(name)) items.set(name, { value: name, kind: 'command', detail: doc, suffix: usage === '' ? '' : ' ' });
  for (const value of vocabulary.names) if (!items.has(value)) items.set(value, qmpItem(value, vocabulary));
  const sorted = [...items.values()].sort((one, other) => one.value.length - other.value.length || (one.value < other.value ? -1 : 1));
  made.set(vocabulary, sorted);
  return sorted;
}

function qmpItem(value: string, vocabulary: Vocabulary): Item {
  const takes = takesArguments(value, vocabulary);
  const doc = vocabulary.command(value)?.doc ?? '';
  return { value, kind: 'command', detail: doc !== '' ? doc : takes ? 'QMP, key=value' : 'QMP', suffix: takes ? ' ' : '' };
}

function takesArguments(name: string, vocabulary: Vocabulary): boolean {
  const data = vocabulary.command(name)?.data;
  return data !== undefined && objectMembers(data).length > 0;
}
