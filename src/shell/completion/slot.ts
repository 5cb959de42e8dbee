import { resolve } from '../../qapi/members.ts';
import type { Completes, Type } from '../../qapi/schema.ts';
import type { JobVerb } from '../job-verbs.ts';
import { shapesOf, typeWords } from './members.ts';
import { namedThing } from './named-things.ts';

/** What a place can be filled with: what schemas name, and the addresses of monitors. */
export type Wanted = Completes | 'monitor-address';

/** What fits at one place of a line. */
export interface Slot {
  /** For the hint line: 'device', 'speed (size)'. */
  readonly expects: string;
  readonly completes?: readonly Wanted[];
  /** Fixed words, such as an enum's values. */
  readonly words?: readonly string[];
  /** More can follow a word, within the same quotes. */
  readonly goesOn?: boolean;
  /** JSON has its own way to write these: true and false, unquoted. */
  readonly isBoolean?: boolean;
  /** Only removable devices make sense, so they come first. */
  readonly removableFirst?: boolean;
  /** Only jobs that accept this verb now. */
  readonly verb?: JobVerb;
  /** Only exports of the NBD server. */
  readonly isNbd?: boolean;
  /** The device or node whose backing chain, bitmaps or snapshots are wanted. */
  readonly owner?: string;
}

/** Where a member stands: in which command's arguments, and which other arguments are given. */
export interface MemberPlace {
  readonly command: string;
  /** From the arguments down: `['file', 'filename']`. */
  readonly path: readonly string[];
  readonly given: (name: string) => unknown;
  /** What the argument of a dotted path says, for the type of a transaction's action. */
  readonly action?: (path: string) => string | undefined;
}

/** The slot of a member's value. */
export function slotOfMember(asked: MemberPlace, type: Type): Slot {
  const place = insideAction(asked);
  const words = fixedWords(type);
  const name = place.path.findLast((step) => !/^\d+$/.test(step)) ?? '';
  const kind = (thing: Partial<Slot>) => thing.completes?.join(' or ').replaceAll('-', ' ') ?? typeWords(type);
  const doc = type.doc === undefined ? '' : `: ${type.doc}`;
  const thing: Partial<Slot> = words.length === 0 || shapesOf(type).size > 1 ? namedThing(place, declaredThing(type), isText(type)) : {};
  const owner = [place.given('device'), place.given('node-name'), place.given('node'), place.given('path')].find((one) => typeof one === 'string');
  return {
    expects: `${name} (${kind(thing)}${doc})`,
    ...(words.length > 0 && { words }),
    ...(isBoolean(type) && { isBoolean: true }),
    ...thing,
    ...(typeof owner === 'string' && { owner }),
  };
}

/** An action of a transaction has the arguments of the command that it is called by. */
function insideAction(place: MemberPlace): MemberPlace {
  const [list, index, data, ...path] = place.path;
  if (place.command !== 'transaction' || list !== 'actions' || data !== 'data') return place;
  return { ...place, command: place.action?.(`${list}.${index}.type`) ?? '', path };
}

/** Further members of arguments that are open: the properties of the type of guest device that they name. */
export function openSlot(driver: string | undefined): Slot {
  return { expects: '', completes: ['device-property'], ...(driver !== undefined && { owner: driver }) };
}

function fixedWords(type: Type): readonly string[] {
  const known = resolve(type);
  if (known.kind === 'enum') return known.values;
  if (known.kind === 'list') return fixedWords(known.of);
  if (known.kind === 'alternate') return Object.values(known.alternatives).flatMap(fixedWords);
  return isBoolean(known) ? ['on', 'off'] : [];
}

function isBoolean(type: Type): boolean {
  const known = resolve(type);
  return known.kind === 'builtin' && known.name === 'bool';
}

function isText(type: Type): boolean {
  const known = resolve(type);
  if (known.kind === 'list') return isText(known.of);
  if (known.kind === 'alternate') return Object.values(known.alternatives).some(isText);
  return known.kind === 'builtin' && known.name === 'str';
}

function declaredThing(type: Type): Completes | undefined {
  const known = resolve(type);
  if (known.kind === 'list') return declaredThing(known.of);
  if (known.kind === 'alternate') {
    // Text that could be an object instead is a reference to a node, wherever the block layer has such a choice.
    return Object.values(known.alternatives).map(declaredThing).find((one) => one !== undefined) ?? (shapesOf(known).has('object') ? 'node' : undefined);
  }
  return known.kind === 'builtin' ? known.completes : undefined;
}
