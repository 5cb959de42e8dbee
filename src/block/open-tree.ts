import { QapiError } from '../qapi/qapi-error.ts';
import { ChildRoutes } from './child-routes.ts';
import { hostFileKey } from './host-file-key.ts';
import { storedBacking } from './filename.ts';
import { parseFileReference } from './file-reference.ts';
import { imageOpener } from './image-opener.ts';
import { keyedOptions, keyedTree } from './keyed-options.ts';
import { strerror } from './errnos.ts';
import { IoError } from './io-error.ts';
import { BlockNode } from './node.ts';
import { OpeningHold } from './opening-hold.ts';
import { driverOptions, inheritedBy, nodeOptions, ownOptions, parseOpenOptions } from './open-options.ts';
import { findDriver, probeFormat } from './probe.ts';
import type { BlockDriver, OpenImage } from './driver.ts';
import type { ImageOpener, ImageRequest } from './image-opener.ts';
import type { NodeOptions } from './node-state.ts';
import type { NodeNames } from './node-names.ts';
import type { FileReference } from './file-reference.ts';
import type { Inherited, OptionTree } from './open-options.ts';
import type { ThrottleGroups } from './throttle-groups.ts';

/** What opening needs of the graph. */
export interface OpenContext {
  readonly names: NodeNames;
  readonly throttleGroups: ThrottleGroups;
  /** The node that a device or node name means. @throws QapiError */
  findRoot(name: string): BlockNode;
  /** Nodes known so far. */
  count(): number;
  /** Makes the node known, as an older one than those that came after the first `before`. */
  register(node: BlockNode, before?: number): void;
  release(node: BlockNode): Promise<void>;
}

/** One level to open. */
export interface OpenLevel {
  readonly options: OptionTree;
  readonly inherited: Inherited;
  /** A child that is open already (a probed file); its reference passes on to the new node. */
  readonly file?: BlockNode;
  /** The driver was guessed. */
  readonly probed?: boolean;
  /** The images above, by what they lie in: none of them may come again. */
  readonly above?: readonly string[];
}

const DEEPEST = 256;

/** Opens one node with its children and, for formats that have one, the backing chain. The caller holds one reference. */
export async function openTree(context: OpenContext, level: OpenLevel): Promise<BlockNode> {
  const driver = await findDriver(level.options.driver as string).catch((error: unknown) => giveUp(context, [level.file], error));
  const node = await openNode(context, level, driver);
  try {
    await connectBacking(context, node, level);
    return node;
  } catch (error) {
    return giveUp(context, [node], error);
  }
}

/** Opens a file name with its format and backing chain; without a format it is probed. */
export async function openByName(context: OpenContext, filename: string, level: OpenLevel): Promise<BlockNode> {
  const reference = await parseFileReference(filename);
  if (reference.isTree) return openTree(context, { ...level, options: { ...await keyedTree(reference.options), ...level.options } });
  const format = level.options.driver as string | undefined;
  if (format !== undefined && (await findDriver(format)).role === 'protocol') {
    if (/^null-/.test(format) && reference.options.driver !== format) {
      throw new QapiError(`The only allowed filename for this driver is '${format}://'`);
    }
    return openTree(context, { ...level, options: { ...reference.options, ...level.options } });
  }
  const inherited = inheritedBy('file', nodeOptions(level.options, level.inherited));
  const { own, ofFile } = splitOptions(level.options);
  if ('filename' in ofFile) throw new QapiError("Can't specify 'file' and 'filename' options at the same time");
  const options = await keyedOptions({ ...reference.options, ...ofFile }, reference.image?.slot);
  const file = await openProtocol(context, { ...reference, options }, inherited);
  const driver = format ?? (await probeFormat(file).catch((error: unknown) => giveUp(context, [file], error))).name;
  const checked = await keyedOptions({ ...own, driver }, 'file').catch((error: unknown) => giveUp(context, [file], error));
  return openTree(context, { ...level, file, probed: format === undefined, options: checked });
}

/** Options of the file below a format are named `file.locking` and so on, those of the image behind it `backing.node-name`. */
function splitOptions(options: OptionTree): { own: OptionTree; ofFile: OptionTree } {
  const entries = Object.entries(options);
  const below = (slot: string) => Object.fromEntries(entries.filter(([name]) => name.startsWith(slot)).map(([name, value]) => [name.slice(slot.length), value]));
  const [ofFile, ofBacking] = [below('file.'), below('backing.')];
  const own = Object.fromEntries(entries.filter(([name]) => !/^(file|backing)\./.test(name)));
  return { ofFile, own: Object.keys(ofBacking).length === 0 ? own : { ...own, backing: ofBacking } };
}

/** The node below a format that is still to be found: described itself, or as the `file` of a json: name. */
async function openProtocol(context: OpenContext, { options, image }: FileReference, inherited: Inherited): Promise<BlockNode> {
  if (image !== undefined) {
    const child = await openByName(context, image.filename, { options: {}, inherited });
    try {
      return await openProtocol(context, { options: { ...options, [image.slot]: child.name }, isTree: false }, inherited);
    } finally {
      await context.release(child);
    }
  }
  const file = options.driver === undefined ? (options.file as string | OptionTree) : options;
  return openChild(context, typeof file === 'string' ? file : parseOpenOptions(file), inherited);
}

async function openNode(context: OpenContext, level: OpenLevel, driver: BlockDriver): Promise<BlockNode> {
  const children = new Map<string, BlockNode>(level.file === undefined ? [] : [['file', level.file]]);
  // Drivers whose child is no `file` open it by themselves in QEMU, when their own node is known already.
  const before = driver.children.some((slot) => slot.name === 'file') ? undefined : context.count();
  let name: string | undefined;
  try {
    const options = nodeOptions(level.options, level.inherited);
    name = context.names.take(level.options['node-name'] as string | undefined);
    await openChildren(context, { level, driver, options }, children);
    const node = await openImage(context, { level, driver, options, children, name });
    context.register(node, before);
    for (const [slot, child] of children) {
      child.references--;
      if (typeof level.options[slot] !== 'string') child.inheritsFrom = node;
    }
    return node;
  } catch (error) {
    if (name !== undefined) context.names.free(name);
    return giveUp(context, [...children.values()], error);
  }
}

interface Opening {
  readonly level: OpenLevel;
  readonly driver: BlockDriver;
  readonly options: NodeOptions;
}

async function openChildren(context: OpenContext, opening: Opening, children: Map<string, BlockNode>): Promise<void> {
  for (const { name, optional, isList } of opening.driver.children) {
    if (name === 'backing' || children.has(name)) continue;
    const given = opening.level.options[name];
    if (isList === true && Array.isArray(given)) await openList(context, { name, opening, given: given as (string | OptionTree)[] }, children);
    else if (given !== undefined) children.set(name, await openChild(context, given as string | OptionTree, inheritedBy(name, opening.options)));
    else if (optional !== true) throw new QapiError(`Parameter '${name}' is missing`);
  }
  checkOnce([...children.values()]);
}

/** QEMU takes a node as two children of one parent, as long as nobody writes to them; here each child is another. */
function checkOnce(children: readonly BlockNode[]): void {
  const second = children.find((child, place) => children.indexOf(child) !== place);
  if (second !== undefined) throw new QapiError(`The node ${second.name} already has a parent`);
}

/** The children of a list are named by their place. */
async function openList(
  context: OpenContext, { name, opening, given }: { name: string; opening: Opening; given: readonly (string | OptionTree)[] },
  children: Map<string, BlockNode>,
): Promise<void> {
  for (const [place, one] of given.entries()) {
    const child = await openChild(context, one, inheritedBy(name, opening.options));
    children.set(`${name}.${place}`, child);
  }
}

/** A reference takes one more hold of an open node; options open a new one. */
async function openChild(context: OpenContext, given: string | OptionTree, inherited: Inherited): Promise<BlockNode> {
  if (typeof given !== 'string') return openTree(context, { options: given, inherited });
  const node = context.findRoot(given);
  node.references++;
  return node;
}

async function openImage(
  context: OpenContext, opening: Opening & { children: Map<string, BlockNode>; name: string },
): Promise<BlockNode> {
  const { level, driver, options, children, name } = opening;
  const given = driverOptions(level.options, driver);
  const routes = new ChildRoutes();
  const opener = imageOpener(driver, { probed: level.probed, routes, throttleGroups: context.throttleGroups });
  const hold = new OpeningHold({ name, driver, given, readOnly: mustRead(opening) }, children);
  let image: OpenImage | undefined;
  try {
    const opened = await openFirst(opening, { options, given, children }, opener);
    image = opened.image;
    checkLoop(image, children.get('file'), level);
    return new BlockNode({
      ...opened, name, driver, options, children, routes, given, opener, explicit: ownOptions(level.options, driver),
      release: (node) => context.release(node), heldBy: hold,
    });
  } catch (error) {
    await (image?.close() ?? Promise.resolve()).finally(() => hold.release());
    throw error;
  }
}

/** What the options or the children do not let be written. */
function mustRead({ options, children }: Opening & { children: ReadonlyMap<string, BlockNode> }): boolean {
  return options.readOnly || [...children.values()].some((child) => child.readOnly && (options.autoReadOnly || child.lockFailure !== undefined));
}

/** With auto-read-only, an image that cannot be written is opened for reading. */
async function openFirst(
  opening: Opening & { children: ReadonlyMap<string, BlockNode> }, request: Omit<ImageRequest, 'readOnly'>, opener: ImageOpener,
): Promise<{ image: OpenImage; readOnly: boolean }> {
  const { driver, options, children } = opening;
  const open = async (readOnly: boolean) => {
    const image = await opener({ ...request, readOnly });
    return { image, readOnly: readOnly || image.lockFailure !== undefined };
  };
  const onlyReads = mustRead(opening);
  try {
    return await open(onlyReads);
  } catch (error) {
    if (!onlyReads && options.autoReadOnly && driver.role === 'protocol' && isWriteRefused(error)) return open(true);
    throw named(error, children.get('file'));
  }
}

function isWriteRefused(error: unknown): boolean {
  return error instanceof QapiError && error.cause instanceof IoError && ['EACCES', 'EPERM', 'EROFS', 'EISDIR'].includes(error.cause.code);
}

/** A host error while a format is opened gets the name of its file. */
function named(error: unknown, file: BlockNode | undefined): unknown {
  if (!(error instanceof IoError)) return error;
  return new QapiError(file === undefined ? 'Could not open image' : `Could not open '${file.filename}': ${strerror(error.code)}`, { cause: error });
}

async function connectBacking(context: OpenContext, node: BlockNode, level: OpenLevel): Promise<void> {
  if (node.image.setBacking === undefined) return;
  const backing = await openBacking(context, node, level).catch((error: unknown) => {
    throw error instanceof QapiError ? new QapiError(`Could not open backing file: ${error.desc}`, { class: error.class, cause: error }) : error;
  });
  if (backing === undefined) return;
  try {
    await node.setBacking(backing);
    if (typeof level.options.backing !== 'string') backing.inheritsFrom = node;
    const stored = storedBacking(node);
    if (stored !== undefined && level.options.backing === undefined) node.autoBacking = { stored, shown: backing.filename };
  } finally {
    await context.release(backing);
  }
}

async function openBacking(context: OpenContext, node: BlockNode, level: OpenLevel): Promise<BlockNode | undefined> {
  const given = level.options.backing as string | OptionTree | null | undefined;
  if (given === null || given === '') return undefined;
  const inherited = inheritedBy('backing', node.options);
  const above = [...(level.above ?? []), placeOf(node.image, node.file)].filter((place) => place !== undefined);
  if (above.length > DEEPEST) throw new QapiError(`More than ${DEEPEST} images in the backing chain`);
  if (typeof given === 'string') return openChild(context, given, inherited);
  const filename = storedBacking(node);
  const format = node.image.facts().backingFormat;
  const options = { ...(format && { driver: format }), ...given };
  if (given !== undefined && (filename === undefined || isWhole(given))) {
    return openTree(context, { options: parseOpenOptions(options), inherited, above });
  }
  return filename === undefined ? undefined : openByName(context, filename, { options, inherited, above });
}

/** Whether options say where the image is; if not, they are about the one that is named in the overlay. */
const isWhole = (options: OptionTree): boolean => ['file', 'file.driver', 'file.filename'].some((name) => name in options);

function checkLoop(image: OpenImage, file: BlockNode | undefined, { above = [] }: OpenLevel): void {
  const place = placeOf(image, file);
  if (place !== undefined && above.includes(place)) throw new QapiError(`Backing file '${file?.filename}' creates an infinite loop.`);
}

/** What an image lies in: its host file, and where in it when that is not plainly the whole. */
function placeOf(image: OpenImage, file: BlockNode | undefined): string | undefined {
  if (image.setBacking === undefined || file === undefined) return undefined;
  let bottom = file;
  while (bottom.file !== undefined) bottom = bottom.file;
  if (bottom.image.descriptor === undefined) return undefined;
  return `${hostFileKey(bottom.image.descriptor)} ${bottom === file ? '' : file.filename}`;
}

/** What went wrong first is what is told: a node in which nothing was written may fail to close, too. */
async function giveUp(context: OpenContext, nodes: readonly (BlockNode | undefined)[], error: unknown): Promise<never> {
  await Promise.allSettled(nodes.filter((node) => node !== undefined).map((node) => context.release(node)));
  throw error;
}
