/** What the launcher painted before the program was loaded. */
export interface EarlyPrompt {
  readonly skeleton: string;
  /** Stops collecting and returns the bytes typed so far. The terminal stays in raw mode. */
  release(): Buffer;
  /** Removes the prompt and leaves raw mode. */
  restore(): void;
}
