/** A part of a change that has been prepared and now either stays or is undone. */
export interface ChangeStep {
  commit?(): void;
  abort(): void;
}

/** A change of claims that goes through several nodes: it happens as a whole or not at all. */
export interface ClaimChange {
  add(step: ChangeStep): void;
}

/** Prepares a change with `work`, then commits it; when `work` throws, all that was prepared is undone, the latest first. */
export function changeClaims(work: (change: ClaimChange) => void): void {
  for (const step of prepare(work)) step.commit?.();
}

/** Finds out whether a change is possible; nothing has changed afterwards. @throws what `work` throws */
export function tryClaims(work: (change: ClaimChange) => void): void {
  abort(prepare(work));
}

function prepare(work: (change: ClaimChange) => void): ChangeStep[] {
  const steps: ChangeStep[] = [];
  try {
    work({ add: (step) => void steps.push(step) });
    return steps;
  } catch (error) {
    abort(steps);
    throw error;
  }
}

function abort(steps: ChangeStep[]): void {
  for (const step of steps.reverse()) step.abort();
}
