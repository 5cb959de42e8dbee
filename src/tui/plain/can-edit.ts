interface MaybeTerminal {
  readonly isTTY?: boolean;
}

/** Whether a line can be edited in place: on a terminal that can move its cursor. On others, Ctrl-C is a signal and no key. */
export function canEdit(stdin: MaybeTerminal, stdout: MaybeTerminal, env: Readonly<Record<string, string | undefined>>): boolean {
  return stdin.isTTY === true && stdout.isTTY === true && env.TERM !== 'dumb';
}
