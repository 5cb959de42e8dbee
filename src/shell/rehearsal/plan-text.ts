import { chainOf, isFilter, overlaysOf } from './block-state.ts';
import type { BlockState, ImageNode } from './block-state.ts';
import type { Copy, NewImage, Plan } from './plan.ts';

/** A plan as lines for people: the chains before and after, what is copied, what is written anew, what else to know. */
export function planText(plan: Plan): string {
  const [before, after] = [plan.before, plan.after].map((state) => treeLines(state, plan));
  const isSame = before?.join('\n') === after?.join('\n');
  return [
    'rehearsal: nothing was changed',
    ...(isSame ? ['before and after'] : ['before']), ...before ?? [],
    ...(isSame ? [] : ['after', ...after ?? []]),
    ...(plan.copies.length === 0 ? ['copies no data'] : plan.copies.map(copyLine)),
    ...plan.images.map(imageLine),
    ...plan.notes.map((note) => `note: ${note}`),
  ].join('\n');
}

/** The same as data, for programs. */
export function planData({ before, after, copies, images, notes, touches }: Plan): Readonly<Record<string, unknown>> {
  const chains = (state: BlockState) => rootsOf(state, { before, after, touches }).map(({ label, node }) => ({
    name: label, chain: chainOf(state, node.name).map(nodeData),
  }));
  return {
    before: chains(before), after: chains(after), images, notes,
    copies: copies.map(({ from, to, amount }) => (amount.known
      ? { from, to, data: amount.data, zeroes: amount.zeroes } : { from, to, unknown: amount.reason })),
  };
}

function nodeData({ name, driver, filename, size, readOnly, storedBacking, snapshots }: ImageNode): Readonly<Record<string, unknown>> {
  return {
    ...(!name.startsWith('#new') && { 'node-name': name }), driver, filename, size, 'read-only': readOnly,
    ...(storedBacking !== undefined && { 'backing-filename': storedBacking }),
    ...(snapshots.length > 0 && { snapshots: snapshots.map((snapshot) => snapshot.name) }),
  };
}

interface Root {
  readonly label: string;
  readonly node: ImageNode;
}

/** The chains to show: of devices that have a touched node before or after, and of touched nodes that are no device's. */
function rootsOf(state: BlockState, { before, after, touches }: Pick<Plan, 'before' | 'after' | 'touches'>): Root[] {
  const isTouched = (from: BlockState, root: string | undefined) =>
    root !== undefined && chainOf(from, root).some(({ name }) => touches.includes(name));
  const rootIn = (from: BlockState, device: string) => from.devices.find(({ name }) => name === device)?.root;
  const devices = state.devices.flatMap(({ name, root }): Root[] => {
    const isShown = isTouched(before, rootIn(before, name)) || isTouched(after, rootIn(after, name));
    const node = isShown && root !== undefined ? state.nodes.get(root) : undefined;
    return node === undefined ? [] : [{ label: name, node }];
  });
  const shown = new Set(devices.flatMap(({ node }) => chainOf(state, node.name).map(({ name }) => name)));
  const others = touches.flatMap((name): Root[] => {
    const node = state.nodes.get(name);
    if (node === undefined || shown.has(name)) return [];
    const top = topOf(state, node);
    for (const one of chainOf(state, top.name)) shown.add(one.name);
    return [{ label: nameOf(top), node: top }];
  });
  return [...devices, ...others];
}

function topOf(state: BlockState, node: ImageNode): ImageNode {
  const [overlay] = overlaysOf(state, node);
  return overlay === undefined ? node : topOf(state, overlay);
}

function treeLines(state: BlockState, plan: Plan): string[] {
  return rootsOf(state, plan).flatMap(({ label, node }) => [
    `  ${label === '' ? 'a device without a name' : label}`,
    ...chainOf(state, node.name).map((one, depth, chain) => nodeLine(one, { depth, above: chain[depth - 1] })),
  ]);
}

function nodeLine(node: ImageNode, { depth, above }: { depth: number; above: ImageNode | undefined }): string {
  const link = above === undefined ? '' : isFilter(above) ? 'file ' : 'backing ';
  const facts = [node.driver, sizeText(node.size), ...(node.readOnly ? ['read-only'] : [])];
  const stored = node.below === undefined && node.storedBacking === undefined ? [] : storedText(node);
  const snapshots = node.snapshots.length === 0 ? [] : [`snapshots ${node.snapshots.map(({ name }) => name).join(', ')}`];
  return `${'  '.repeat(depth + 2)}${link}${nameOf(node)}: ${node.filename} (${[...facts, ...stored, ...snapshots].join(', ')})`;
}

/** The name that the image stores, since that decides what is found when it is opened the next time. */
function storedText({ storedBacking }: ImageNode): string[] {
  return storedBacking === undefined ? [] : [`names ${storedBacking}`];
}

const nameOf = ({ name }: ImageNode): string => (name.startsWith('#new') ? 'a new node' : name);

function copyLine({ from, to, amount }: Copy): string {
  const what = amount.known ? amountText(amount) : `not known how much: ${amount.reason}`;
  return `copies ${what}, from ${from} to ${to}`;
}

function amountText({ data, zeroes }: { data: number; zeroes: number }): string {
  const zeroed = zeroes === 0 ? '' : `; ${sizeText(zeroes)} more are zeroes`;
  return `${sizeText(data)} of data${data < 1024 ? '' : ` (${data} bytes)`}${zeroed}`;
}

function imageLine({ filename, format, size, backing, overwrites }: NewImage): string {
  const over = backing === undefined ? '' : `, over ${backing}`;
  const loss = overwrites === undefined ? '' : `; OVERWRITES the file that is there, ${sizeText(overwrites)}`;
  return `creates ${filename} (${format}, ${sizeText(size)}${over})${loss}`;
}

const units = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  let [amount, unit] = [bytes / 1024, 0];
  for (; amount >= 1024 && unit < units.length - 1; unit++) amount /= 1024;
  return `${Number(amount.toFixed(amount < 100 ? 2 : 1))} ${units[unit]}`;
}
