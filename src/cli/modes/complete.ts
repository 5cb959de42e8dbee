import { createSession } from '../../shell/create-session.ts';
import { offeredMonitors } from '../discovery/offered-monitors.ts';
import { standInFor } from '../completion/stand-in.ts';
import { openImages, openTarget, targetOf } from '../open-target.ts';
import { parseCommandLine } from '../program.ts';
import { version } from '../version.ts';

/** A shell waits for TAB: a far end that says nothing by then is left out. */
const patienceMs = 700;

/**
 * `qmon __complete WORDS...`: what the last word, a monitor line, can become on the target that the words before it name;
 * behind --connect, the sockets of running QEMUs.
 * Prints whole lines, each with a few words behind a tab. Whatever is wrong, a shell gets no candidates and no message.
 */
export async function complete(words: readonly string[]): Promise<number> {
  const before = words.slice(0, -1);
  const text = words.at(-1) ?? '';
  if (/^(-C|--connect)$/.test(before.at(-1) ?? '')) return offerMonitors(text);
  const invocation = parseCommandLine(/^(-c|--command)$/.test(before.at(-1) ?? '') ? before.slice(0, -1) : before, version);
  if ('exitStatus' in invocation) return 1;
  const target = await openTarget(await standInFor(targetOf(invocation, invocation.words, false)), { onNote: () => undefined });
  const session = createSession({ link: target.link });
  try {
    await openImages(target);
    await within(readyOrNot(session.link), patienceMs);
    const { from, to, candidates } = await session.complete(text, text.length);
    for (const { insert, detail = '' } of candidates) {
      const line = text.slice(0, from) + insert + text.slice(to);
      // Shells add to what is typed; what only resembles it would take its place.
      if (line.startsWith(text) && !/[\n\t]/.test(line)) process.stdout.write(`${line}\t${detail.replace(/\s+/g, ' ')}\n`);
    }
    return 0;
  } finally {
    await session.close();
    await target.close();
  }
}

async function offerMonitors(text: string): Promise<number> {
  for (const { address, detail } of await offeredMonitors()) {
    if (address.startsWith(text)) process.stdout.write(`${address}\t${detail}\n`);
  }
  return 0;
}

/** Resolves when the link can be asked, or never will be. */
function readyOrNot(link: ReturnType<typeof createSession>['link']): Promise<void> {
  const isSettled = () => link.state.state === 'ready' || link.state.state === 'waiting' || link.state.state === 'closed';
  if (isSettled()) return Promise.resolve();
  return new Promise((resolve) => {
    const off = link.onState(() => {
      if (!isSettled()) return;
      off();
      resolve();
    });
  });
}

async function within(work: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  })]);
  clearTimeout(timer);
}
