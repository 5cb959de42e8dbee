/** Lines typed before, oldest first. */
export interface History {
  readonly lines: readonly string[];
  /** Appends a line unless it is blank, repeats the last one or holds a secret; saves it when the history has a file. */
  add(line: string): void;
}
