import { formatAddress } from '../../qmp/address.ts';
import type { QmpEndpoint } from '../../qmp/endpoint.ts';
import type { Link } from '../../qmp/link.ts';
import { serveQmp } from '../../qmp/server.ts';
import type { Safety } from '../../shell/safety/safety.ts';
import { awaitReady } from '../await-ready.ts';
import { openImages, openTarget, targetOf } from '../open-target.ts';
import type { Invocation } from '../program.ts';
import { safetyOf } from '../safety-of.ts';
import { deferred, untilAskedToLeave } from '../until-asked-to-leave.ts';
import { UsageError } from '../usage-error.ts';

/** `qmon serve`: QMP for other programs. Clients are greeted at once; their commands wait until the images are open. */
export async function serve(invocation: Invocation): Promise<number> {
  const { qmp = [], hmp = [], insecureTcp, hmpCompat } = invocation.options;
  if (qmp.length + hmp.length === 0) throw new UsageError('serve: no address; give at least one with --qmp or --hmp');
  const safety = { ...safetyOf(invocation.options), confirm: () => false }; // programs cannot be asked, and are not
  const quit = deferred<void>();
  const leaving = untilAskedToLeave(quit.promise);
  const target = await openTarget(targetOf(invocation, invocation.words, true), { onQuit: () => quit.resolve() });
  // The target first, so that clients still hear of the jobs that end with it.
  const closing: (() => Promise<void>)[] = [() => target.close()];
  try {
    const endpoint = await guarded(target.engine ?? proxyOf(target.link), safety);
    const server = await listening(serveQmp({ endpoint, addresses: qmp, insecureTcp }));
    closing.push(() => server.close());
    for (const address of server.addresses) process.stderr.write(`qmon: serving QMP at ${formatAddress(address)}\n`);
    if (hmp.length > 0) {
      const { serveHmp } = await import('../serve-hmp.ts');
      const monitor = await listening(serveHmp({ endpoint, addresses: hmp, insecureTcp, hmpCompat }));
      closing.push(() => monitor.close());
    }
    if (target.engine) await openImages(target);
    else await awaitReady(target.link);
    const status = await leaving;
    if (status > 0) target.engine?.events.emit('SHUTDOWN', { guest: false, reason: 'host-signal' });
    return status;
  } finally {
    for (const close of closing) await close();
  }
}

/** Without limits there is nothing to guard. */
async function guarded(endpoint: QmpEndpoint, safety: Safety): Promise<QmpEndpoint> {
  return safety.allow === 'full' ? endpoint : (await import('../guard-endpoint.ts')).guardEndpoint(endpoint, safety);
}

async function listening<T>(server: Promise<T>): Promise<T> {
  return server.catch((error: Error) => {
    throw new UsageError(`serve: ${error.message}`);
  });
}

/** A remote monitor as something to serve: several clients then share a socket that takes only one. */
function proxyOf(link: Link): QmpEndpoint {
  return {
    execute: (command, args) => link.execute(command, args, { deadlineMs: 0 }),
    onEvent: (listener) => link.onEvent(listener),
    version: () => (link.state.state === 'ready' ? link.state.version : { qemu: { major: 0, minor: 0, micro: 0 }, package: 'not connected yet' }),
  };
}
