/** A finished line, or one that is finished when it is shown for the first time: of a flood, few ever are. */
export type Line = string | LaterLine;

/** A line that is made once, when somebody looks. */
export class LaterLine {
  readonly #make: () => string;
  #text: string | undefined;

  constructor(make: () => string) {
    this.#make = make;
  }

  get text(): string {
    return (this.#text ??= this.#make());
  }
}

/** The line as text. */
export function lineText(line: Line): string {
  return typeof line === 'string' ? line : line.text;
}
