import { QapiError } from '../../qapi/qapi-error.ts';
import type { Link } from '../../qmp/link.ts';
import { emptySnapshot } from '../create-live-state.ts';
import { commandEffects } from '../effects/command-effects.ts';
import { describeEffect } from '../effects/describe-effect.ts';
import { loss } from '../effects/effect.ts';
import type { Effect } from '../effects/effect.ts';
import { lossOfLine } from '../effects/loss-of-line.ts';
import { isLinkError } from '../failure.ts';
import { createReader } from '../live-reader.ts';
import type { Snapshot } from '../live-state.ts';
import { withoutSecrets } from '../secrets.ts';
import { isEnough } from './allow-level.ts';
import type { AllowLevel } from './allow-level.ts';
import { commandLevel } from './command-levels.ts';
import { lineOnlyAsks, requestOfLine } from './monitor-line.ts';
import { partsLevel, partsOf } from './request-parts.ts';
import type { Part, Row } from './request-parts.ts';
import { Refused } from './safety.ts';
import type { Safety } from './safety.ts';

type Execute = Pick<Link, 'execute'>;

/** What a part comes to, and what it needs for that. */
interface Judged {
  readonly part: Part;
  readonly needs: AllowLevel;
  readonly effect: Effect;
}

/** Decides about every request before it is sent, whatever language it was written in. */
export class Guard {
  readonly #safety: Safety;
  readonly #far: Execute;
  /** Ends when the question that is open is answered; nothing that changes something goes out meanwhile. */
  #asking: Promise<unknown> | undefined;

  constructor(far: Execute, safety: Safety) {
    this.#far = far;
    this.#safety = safety;
  }

  /**
   * Resolves when a message may be sent; undefined: at once, in this turn.
   * @throws Refused; LinkError and QapiError when the state cannot be read that has to be known
   */
  admit(message: Row): Promise<void> | undefined {
    const { allow, confirm } = this.#safety;
    const parts = partsOf(message);
    const needs = parts === undefined ? 'full' : partsLevel(parts);
    if (!isEnough(allow, needs)) throw new Refused(levelText(nameOf(message), needs, allow));
    if (needs === 'observe' || parts === undefined) return undefined;
    const isFree = !parts.some(mayLose) || (allow === 'full' && !confirm());
    return isFree && this.#asking === undefined ? undefined : this.#admitChange(parts);
  }

  async #admitChange(parts: readonly Part[]): Promise<void> {
    while (this.#asking !== undefined) await this.#asking;
    const deciding = this.#decide(parts);
    const settled = deciding.then(() => undefined, () => undefined);
    this.#asking = settled;
    try {
      await deciding;
    } finally {
      if (this.#asking === settled) this.#asking = undefined;
    }
  }

  /** Looks again after every yes: what is done is what was agreed to. */
  async #decide(parts: readonly Part[]): Promise<void> {
    let agreed: string | undefined;
    for (;;) {
      const worst = await this.#worst(parts);
      if (worst.effect.impact !== 'destructive' || !this.#safety.confirm() || worst.effect.text === agreed) return;
      await this.#ask(worst, agreed !== undefined);
      agreed = worst.effect.text;
    }
  }

  /** The part that loses most. @throws Refused when one of them needs more than is allowed */
  async #worst(parts: readonly Part[]): Promise<Judged> {
    const judged = await this.#judgeAll(parts);
    const { allow } = this.#safety;
    const tooMuch = judged.find(({ needs }) => !isEnough(allow, needs));
    if (tooMuch !== undefined) throw new Refused(levelText(partName(tooMuch.part), tooMuch.needs, allow, tooMuch.effect));
    return judged.find(({ effect }) => effect.impact === 'destructive') ?? judged[0]!;
  }

  async #judgeAll(parts: readonly Part[]): Promise<Judged[]> {
    try {
      const live = await createReader(this.#far).read(emptySnapshot);
      return await Promise.all(parts.map((part) => this.#judge(part, live)));
    } catch (error) {
      if (!isUntold(error)) throw error;
      // Somebody who ends a machine that hangs must be able to; but not without having heard that nobody knows what goes with it.
      const effect = loss('does what cannot be told now', partName(parts[0]!), `the far end did not tell its state: ${error.message}`);
      return parts.map((part) => ({ part, needs: 'full', effect }));
    }
  }

  async #judge(part: Part, live: Snapshot): Promise<Judged> {
    const { line } = part;
    if (line === undefined) return judgedBy(part, part, await describeEffect(part, live));
    if (lineOnlyAsks(line)) return { part, needs: 'observe', effect: { text: '', impact: 'none' } };
    const request = await requestOfLine(line, (command, args) => this.#far.execute(command, args));
    if (request !== undefined) return judgedBy(part, request, await describeEffect(request, live));
    return { part, needs: 'full', effect: lossOfLine(line.trim(), live) ?? { text: '', impact: 'change' } };
  }

  async #ask({ part, effect }: Judged, again: boolean): Promise<void> {
    const command = partName(part);
    const subject = effect.subject ?? command;
    const { ask } = this.#safety;
    if (ask === undefined) throw new Refused(`${lossText(command, effect)}. Nobody can be asked here; with --yes it is done without asking`);
    if (!await ask({ command, effect, subject, again })) throw new Refused(`'${command}' was not sent: it was not confirmed`);
  }
}

/** Whether what a part comes to depends on what it meets. */
function mayLose({ command, line }: Part): boolean {
  return line === undefined ? commandEffects.has(command) : !lineOnlyAsks(line);
}

/** The far end is there but does not tell its state. */
function isUntold(error: unknown): error is Error {
  return error instanceof QapiError || (isLinkError(error) && error.reason === 'deadline');
}

function judgedBy(part: Part, { command, args }: Pick<Part, 'command' | 'args'>, effect: Effect): Judged {
  return { part, needs: effect.impact === 'destructive' ? 'full' : commandLevel(command, args), effect };
}

/** A command with what it would come to, in a sentence. */
function lossText(command: string, { text, why }: Effect): string {
  return `'${command}' ${text}${why === undefined ? '' : `; ${why}`}`;
}

function levelText(command: string, needs: AllowLevel, allow: AllowLevel, effect?: Effect): string {
  const what = effect?.impact === 'destructive' ? `${lossText(command, effect)}. That` : `'${command}'`;
  const session = allow === 'observe' ? 'this session is read-only' : `this session has --allow ${allow}`;
  return `${what} needs --allow ${needs}, and ${session}`;
}

function partName({ command, line }: Part): string {
  return line === undefined ? command : withoutSecrets(line.trim());
}

function nameOf(message: Row): string {
  const { 'command-line': line } = (message.arguments ?? {}) as Row;
  if (message.execute === 'human-monitor-command' && typeof line === 'string') return withoutSecrets(line.trim());
  const name = message.execute ?? message['exec-oob'];
  return typeof name === 'string' ? name : 'this message';
}
