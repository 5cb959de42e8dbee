import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

/** Longer than any test or hook may take: what vitest's own timeouts end never comes here. */
const patienceMs = Number(process.env.QMON_TEST_PATIENCE_S ?? 120) * 1000;

/**
 * Ends workers in which no test has begun or ended for too long, for instance because one spins in microtasks, which no
 * timer of the worker can interrupt. vitest then counts the file as failed; what it was about is printed here.
 */
export default function watchWorkers(project: TestProject): () => void {
  const given = process.env.QMON_TEST_PROGRESS; // .ci/run reads what is in there when it has to stop us
  const folder = given ?? mkdtempSync(join(tmpdir(), 'qmon-progress-'));
  project.provide('progressFolder', folder);
  const stalled: string[] = [];
  const timer = setInterval(() => stalled.push(...endStalled(folder)), Math.min(patienceMs / 4, 5000));
  return () => {
    clearInterval(timer);
    if (given === undefined) rmSync(folder, { recursive: true, force: true });
    for (const report of stalled) console.error(report);
  };
}

function endStalled(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const pid = Number(name);
    if (!signal(pid, 0)) rmSync(path, { force: true }); // a worker that has done its files
    const silentMs = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (silentMs < patienceMs) return [];
    const report = `\nSTALLED: no progress for ${Math.round(silentMs / 1000)} s, its worker was killed: ${readFileSync(path, 'utf8')}\n`;
    console.error(report);
    for (const one of [pid, ...descendants(pid)]) signal(one, 'SIGKILL');
    return [report];
  });
}

/** What a worker has started would outlive it. Empty where there is no /proc. */
function descendants(pid: number): number[] {
  const children = readIfThere(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // the process has gone by itself
  }
}

/** @returns whether there was such a process */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
