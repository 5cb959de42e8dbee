import { QapiError } from '../../qapi/qapi-error.ts';
import type { BlockInfo } from '../../qapi/types/block-info.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';
import type { HmpMonitor } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'nbd_server_start',
  args: 'all:-a,writable:-w,uri:s',
  usage: '[-a] [-w] host:port',
  doc: 'start the NBD server, at unix:path as well; -a: export every device; -w: clients may write to them',
  needs: ['nbd-server-start', 'nbd-server-add', 'nbd-server-stop', 'query-block'],
  completes: { uri: { words: ['unix:', 'localhost:10809', '0.0.0.0:10809', '[::]:10809'], goesOn: true } },
  run: async ({ all, writable, uri }, monitor) => {
    if (writable && !all) throw new QapiError('-w only valid together with -a');
    await monitor.execute('nbd-server-start', { addr: parseAddress(uri) });
    if (all) await exportAll(monitor, writable);
    return '';
  },
});

/** One export that fails stops the server again. */
async function exportAll({ execute }: HmpMonitor, writable: boolean): Promise<void> {
  const blocks = (await execute('query-block')) as BlockInfo[];
  try {
    for (const { device, inserted } of blocks) {
      if (inserted !== undefined && device !== '') await execute('nbd-server-add', { device, writable });
    }
  } catch (error) {
    await execute('nbd-server-stop');
    throw error;
  }
}

function parseAddress(uri: string): { type: string; data: Record<string, unknown> } {
  if (uri.startsWith('unix:')) return { type: 'unix', data: { path: uri.slice('unix:'.length) } };
  if (uri.startsWith('fd:')) return { type: 'fd', data: { str: uri.slice('fd:'.length) } };
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]*)):([^:,]+)$/.exec(uri) ?? [];
  if (port === undefined) throw new QapiError(`error parsing address '${uri}'`);
  return { type: 'inet', data: { host: bracketed ?? plain ?? '', port } };
}
