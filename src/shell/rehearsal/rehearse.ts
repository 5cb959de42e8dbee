import { checkArguments } from '../../qapi/check.ts';
import { QapiError } from '../../qapi/qapi-error.ts';
import type { Link } from '../../qmp/link.ts';
import { InputError } from '../failure.ts';
import { failed, printed } from '../print-reply.ts';
import type { Request } from '../run-key-values.ts';
import type { Outcome } from '../session.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { BlockState } from './block-state.ts';
import type { ImageFiles } from './image-files.ts';
import { planData, planText } from './plan-text.ts';
import type { Plan } from './plan.ts';
import { readBlockState } from './read-block-state.ts';
import { readRequest } from './read-request.ts';
import { rehearsedCommands } from './rehearsed-commands.ts';

export interface RehearsalWorld {
  readonly link: Link;
  readonly vocabulary: Vocabulary;
  readonly images: ImageFiles;
}

/** Tells what a line would come to. Only queries are sent. @throws InputError, LinkError */
export async function runRehearsal(line: string, world: RehearsalWorld): Promise<Outcome> {
  if (/^\s*(help|\?)?\s*$/.test(line)) return printed(usage());
  try {
    const plan = await rehearse(await readRequest(line.trim(), world), world);
    const data = planData(plan);
    return { status: 'done', outputs: [{ kind: 'text', text: planText(plan), data }], reply: { return: data } };
  } catch (error) {
    if (!(error instanceof QapiError)) throw error;
    const { outputs, ...outcome } = failed(error);
    return { ...outcome, outputs: outputs.map((output) => ({ ...output, text: `would be refused: ${output.text}` })) };
  }
}

function usage(): string {
  return [
    '--dry-run LINE tells what a line would do and does nothing: the chains before and after, how many bytes would be copied,',
    'which files would be created or overwritten, and what would be refused. It sends queries only, and opens images for reading.',
    'LINE is in any language of the prompt, such as: --dry-run block-commit device=DEVICE, --dry-run drive_mirror DEVICE FILE',
    `These can be rehearsed: ${rehearsedCommands.names.join(', ')}`,
  ].join('\n');
}

/** Plans a request on the state that the far end is in now. @throws QapiError in QEMU's words when it would be refused, InputError, LinkError */
export async function rehearse({ command, args = {} }: Request, { link, vocabulary, images }: RehearsalWorld): Promise<Plan> {
  if (vocabulary.names.length > 0 && !vocabulary.has(command)) {
    throw new QapiError(`The command ${command} has not been found`, { class: 'CommandNotFound' });
  }
  const planned = await rehearsedCommands.load(command);
  if (planned === undefined) throw new InputError(`'${command}' cannot be rehearsed; these can: ${rehearsedCommands.names.join(', ')}`);
  const declaration = vocabulary.command(command);
  if (declaration !== undefined) checkArguments(declaration.data, args);
  const before = await askForState(link, vocabulary);
  return { before, copies: [], images: [], notes: [], ...await planned.plan(args, { state: before, images }) };
}

/** Asks for all that tells how nodes hang together. */
async function askForState(link: Link, vocabulary: Vocabulary): Promise<BlockState> {
  const rows = async (command: string) => (vocabulary.names.length === 0 || vocabulary.has(command) ? await link.execute(command) : []) as Row[];
  const [nodes, devices, jobs] = await Promise.all(['query-named-block-nodes', 'query-block', 'query-block-jobs'].map(rows));
  const graph = vocabulary.has('x-debug-query-block-graph') ? await link.execute('x-debug-query-block-graph') as Row : undefined;
  return readBlockState({ nodes: nodes ?? [], devices: devices ?? [], jobs: jobs ?? [], graph });
}

type Row = Readonly<Record<string, unknown>>;
