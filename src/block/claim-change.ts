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
  const steps: ChangeStep[] = [];
  try {
    work({ add: (step) => void steps.push(step) });
  } catch (error) {
    for (const step of steps.reverse()) step.abort();
    throw error;
  }
  for (const step of steps) step.commit?.();
}
