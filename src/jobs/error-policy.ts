/** What to do about an I/O error of a job, as users say it. */
export type OnError = 'report' | 'ignore' | 'enospc' | 'stop' | 'auto';

/** What was done about it, as events say it. */
export type ErrorAction = 'report' | 'ignore' | 'stop';

/** The state of a job's I/O as query-block-jobs shows it. */
export type IoStatus = 'ok' | 'failed' | 'nospace';

/** Chooses the action; `auto` means to a job what `enospc` means. */
export function actionFor(policy: OnError, code: string): ErrorAction {
  if (policy === 'enospc' || policy === 'auto') return code === 'ENOSPC' ? 'stop' : 'report';
  return policy;
}
