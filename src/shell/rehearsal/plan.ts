import type { BlockState } from './block-state.ts';
import type { ImageFiles } from './image-files.ts';
import type { Amount } from './measure.ts';

/** Bytes that go from somewhere to somewhere. */
export interface Copy {
  readonly from: string;
  readonly to: string;
  readonly amount: Amount;
}

/** An image file that would be written, whether or not a node shows it in the end. */
export interface NewImage {
  readonly filename: string;
  readonly format: string;
  /** Virtual size in bytes. */
  readonly size: number;
  readonly backing?: string | undefined;
  /** Bytes of a file that is there and would be lost. */
  readonly overwrites?: number | undefined;
}

/** What one command would come to. */
export interface Plan {
  readonly before: BlockState;
  /** When all that follows from the command is over, a ready mirror's completion among it. */
  readonly after: BlockState;
  /** Nodes and devices that it is about, whose chains are worth showing. */
  readonly touches: readonly string[];
  readonly copies: readonly Copy[];
  readonly images: readonly NewImage[];
  /** What else is good to know, a sentence each. */
  readonly notes: readonly string[];
}

export type PlanStep = Pick<Plan, 'after' | 'touches'> & Partial<Pick<Plan, 'copies' | 'images' | 'notes'>>;

/** What planning may use: nothing of it sends or changes anything. */
export interface PlanContext {
  readonly state: BlockState;
  readonly images: ImageFiles;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the registry holds commands of every argument type
export interface RehearsedCommand<Arguments = any> {
  /** The wire's name of the command. */
  readonly name: string;
  /** @throws QapiError in QEMU's words when the command would be refused, or its job would fail */
  plan(args: Arguments, context: PlanContext): Promise<PlanStep>;
}
