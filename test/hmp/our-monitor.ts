import { createHmp } from '../../src/hmp/create-hmp.ts';
import type { Hmp } from '../../src/hmp/create-hmp.ts';
import { QapiError } from '../../src/qapi/qapi-error.ts';
import { formatJson } from '../../src/util/lossless-json.ts';
import type { QemuMonitor } from '../support/qemu-monitor.ts';

/** Our monitor on top of a real QEMU's QMP, with QEMU's own texts; nothing is passed on, so that all text is ours, unless that is asked for. */
export function ourMonitor(monitor: QemuMonitor, passOn?: (line: string) => Promise<string>, lacking: readonly string[] = []): Hmp {
  const execute = async (command: string, args: object = {}) => {
    const reply = await monitor.request(formatJson({ execute: command, arguments: args }));
    if ('error' in reply) {
      const error = reply.error as { desc: string; class: QapiError['class'] };
      throw new QapiError(error.desc, { class: error.class });
    }
    return reply.return;
  };
  return createHmp({ execute, offers: (command) => !lacking.includes(command), compat: true, ...(passOn && { passOn }) });
}
