import type { Off } from '../../qmp/link.ts';
import type { Settings } from '../../shell/settings/settings.ts';
import { wearTheme } from '../theme.ts';
import type { ThemeName } from '../theme.ts';
import { BackgroundQuestion, canBeAsked, toldBackground } from './background.ts';

export interface TerminalThemeOptions {
  readonly settings: Settings;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly write: (text: string) => unknown;
  /** What is on screen has other colours now. */
  readonly onChange: () => void;
}

/** The theme that was chosen, or what the terminal says about itself; its answer comes while people already type. */
export class TerminalTheme {
  readonly #options: TerminalThemeOptions;
  readonly #question = new BackgroundQuestion((background) => this.#wear(background));
  readonly off: Off;

  constructor(options: TerminalThemeOptions) {
    this.#options = options;
    this.off = options.settings.onChange((name) => name === 'theme' && this.choose());
  }

  choose(): void {
    const { settings, env, write } = this.#options;
    const chosen = settings.get('theme');
    this.#wear(chosen === 'auto' ? toldBackground(env) ?? 'dark' : chosen);
    if (chosen === 'auto' && canBeAsked(env) && !env.NO_COLOR) this.#question.ask(write);
  }

  /** Takes what the terminal has answered to anything. */
  take(reply: string): void {
    if (this.#options.settings.get('theme') === 'auto') this.#question.take(reply);
  }

  /** Resolves when no answer is under way, which would end up in the shell. */
  settled(): Promise<void> {
    return this.#question.settled();
  }

  #wear(name: ThemeName): void {
    wearTheme(name, this.#options.env);
    this.#options.onChange();
  }
}
