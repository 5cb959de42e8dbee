type Row = Readonly<Record<string, unknown>>;

/**
 * One row per job, in the shape of `query-block-jobs`: its rows with the error that only `query-jobs` tells,
 * then the jobs that only `query-jobs` knows (snapshots, image creation, what has concluded).
 */
export function mergeJobs(blockJobs: readonly Row[], jobs: readonly Row[]): readonly Row[] {
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const merged = blockJobs.map((row) => {
    const job = byId.get(row.device);
    byId.delete(row.device);
    return job === undefined ? row : { status: job.status, ...row, ...errorOf(job) };
  });
  return [...merged, ...[...byId.values()].map(asBlockJob)];
}

function asBlockJob(job: Row): Row {
  const { id, type, status } = job;
  return {
    device: id, type, status, len: job['total-progress'], offset: job['current-progress'], ready: status === 'ready', ...errorOf(job),
  };
}

function errorOf(job: Row): Row {
  return typeof job.error === 'string' ? { error: job.error } : {};
}
