import { createEngine } from '../engine/create-engine.ts';
import type { Engine, EngineOptions } from '../engine/engine.ts';
import type { Address } from '../qmp/address.ts';
import type { CommandDeclaration } from '../qapi/schema.ts';
import type { Link } from '../qmp/link.ts';
import type { ImageFiles } from '../shell/rehearsal/image-files.ts';
import { createLocalLink } from '../qmp/local-link.ts';
import { closeInTime } from './close-in-time.ts';
import type { Invocation } from './program.ts';
import { startFailure, UsageError } from './usage-error.ts';
import { version } from './version.ts';

/** Where the words and options of the command line say that the engine is. */
export type Target =
  | { readonly kind: 'remote'; readonly address: string }
  | { readonly kind: 'embedded'; readonly options: EngineOptions };

/** An open target: the link, and what must be closed besides it. */
export interface OpenTarget {
  readonly link: Link;
  /** The embedded engine; a screen or shell never sees it. */
  readonly engine?: Engine;
  /** Looks at the far end's images, as far as they are on this host. */
  readonly images: () => Promise<ImageFiles>;
  /** Closes the link and, when it is ours, the engine with its images. */
  close(): Promise<void>;
}

/** Who hears of an embedded engine's own affairs. */
export interface TargetListeners {
  readonly onQuit?: () => void;
  /** Hears of images that cannot be locked; absent: standard error. */
  readonly onNote?: (text: string) => void;
}

/** @throws UsageError when the target is named twice */
export function targetOf(invocation: Invocation, images: readonly string[], demo: boolean): Target {
  const { machine, connect } = invocation.options;
  const named = [machine !== undefined && '--machine', connect !== undefined && '--connect', images.length > 0 && 'images'].filter(Boolean);
  if (named.length > 1) throw new UsageError(`${named.join(' and ')} cannot be used together; name one target`);
  if (typeof connect === 'string') return { kind: 'remote', address: connect };
  const what: EngineOptions = machine !== undefined ? { machineFile: machine } : images.length > 0 ? { images } : { demo };
  return { kind: 'embedded', options: { ...what, package: `qmon ${version}` } };
}

/** Opens a link to the target. The one place that knows whether it is embedded or remote. */
export async function openTarget(target: Target, { onQuit, onNote = printNote }: TargetListeners = {}): Promise<OpenTarget> {
  if (target.kind === 'remote') {
    const [{ connect }, { parseAddress }] = await Promise.all([import('../qmp/client.ts'), import('../qmp/address.ts')]);
    const address = addressOf(target.address, parseAddress);
    const link = connect(address);
    return { link, images: () => imagesBehind(address), close: () => link.close() };
  }
  const engine = await createEngine({ ...target.options, onQuit, onNote });
  const link = createLocalLink(engine, labelOf(target.options));
  return {
    link,
    engine,
    images: async () => (await import('../engine/image-files.ts')).createImageFiles({ engine }),
    close: async () => {
      await link.close();
      await closeInTime(engine, printNote);
    },
  };
}

/** Opens the embedded engine's images; one that cannot be opened ends the start with QEMU's message. */
export async function openImages({ engine }: OpenTarget): Promise<void> {
  await engine?.open().catch((error: Error) => {
    throw startFailure(error);
  });
}

/** Only a far end on this host has its images here. */
async function imagesBehind(address: Address): Promise<ImageFiles> {
  if (address.kind === 'unix' || (address.kind === 'tcp' && /^(localhost|127\..*|::1)$/.test(address.host))) return (await import('../engine/image-files.ts')).createImageFiles();
  const { unreachableImages } = await import('../shell/rehearsal/image-files.ts');
  return unreachableImages(`the images are on ${address.host}`);
}

/** What our own vocabulary says of commands, whoever carries them out. */
export async function ownDeclarations(): Promise<ReadonlyMap<string, CommandDeclaration>> {
  const { commands } = await import('../engine/commands.ts');
  return new Map((await commands.loadAll()).map((command) => [command.name, command]));
}

/** Tells people something that is no answer. */
export function printNote(text: string): void {
  process.stderr.write(`qmon: ${text}\n`);
}

/** Parses an address option; @throws UsageError naming it */
export function addressOf<T>(text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function labelOf(options: EngineOptions): string {
  if (options.machineFile !== undefined) return options.machineFile;
  return options.images ? options.images.join(' ') : 'demo machine';
}
