import type { Completes } from '../../qapi/schema.ts';
import type { JobVerb } from '../job-verbs.ts';
import type { MemberPlace, Slot } from './slot.ts';

/**
 * Introspection says 'string' and no more: what a string names follows from the command and the member. A member is told by its
 * name or by its dotted path. First match counts.
 */
const rules: readonly (readonly [command: RegExp, member: RegExp, things: readonly Completes[]])[] = [
  [/^block-job-/, /^(device|id)$/, ['job']],
  [/^job-/, /^id$/, ['job']],
  [/^(eject|blockdev-(open|close)-tray|(x-)?blockdev-(insert|remove)-medium|blockdev-change-medium|change)$/, /^device$/, ['device']],
  [/^(eject|blockdev-(open|close)-tray|(x-)?blockdev-(insert|remove)-medium|blockdev-change-medium|block_set_io_throttle)$/, /^id$/, ['qdev']],
  [/^screendump$/, /^device$/, ['qdev']],
  [/^device_del$/, /^id$/, ['qdev']],
  [/^device_add$/, /^driver$/, ['device-type']],
  [/^device_add$/, /^drive$/, ['device-or-node']],
  [/^device-list-properties$|^qom-list-properties$/, /^typename$/, ['qom-type']],
  [/^qom-list-types$/, /^implements$/, ['qom-type']],
  [/^(qom-|x-query-virtio)/, /^path$/, ['qom-path']],
  [/^qom-/, /^property$/, ['qom-property']],
  [/^object-del$/, /^id$/, ['object']],
  [/^chardev-(remove|change|send-break)$/, /^id$/, ['chardev']],
  [/^ringbuf-/, /^device$/, ['chardev']],
  [/^snapshot-(load|delete)$/, /^tag$/, ['snapshot']],
  [/^snapshot-/, /^(vmstate|devices)$/, ['node']],
  [/^block-latency-histogram-set$/, /^id$/, ['qdev']],
  [/^block_set_io_throttle$/, /^group$/, ['throttle-group']],
  [/^(x-)?blockdev-del$/, /^(node-name|id)$/, ['node']],
  [/^block-export-del$/, /^id$/, ['export']],
  [/^nbd-server-remove$/, /^name$/, ['export']],
  [/^(x-debug-)?block-dirty-bitmap-(?!add)/, /^(name|target)$/, ['bitmap']],
  [/^blockdev-snapshot-delete-internal-sync$/, /^name$/, ['snapshot']],
  [/^blockdev-snapshot-delete-internal-sync$/, /^id$/, ['snapshot-id']],
  [/^block_(set_io_throttle|passwd)$/, /^device$/, ['device']],
  [/^blockdev-add$/, /^(node-name|id)$/, []],
  [/^change-backing-file$/, /^backing-file$/, ['file']],
  [/^blockdev-(backup|mirror)$/, /^target$/, ['device-or-node']],
  [/^blockdev-add$|^blockdev-(create|reopen)$/, /^(device|target|path)$/, []],
  [/^blockdev-create$/, /^backing-file$/, ['file']],
  [/./, /^(filter-node-name|snapshot-node-name|job-id)$/, []],
  [/./, /^(device|node)$/, ['device-or-node']],
  [/./, /^(target|filename|file|snapshot-file|logfile)$/, ['file']],
  [/./, /^(base|top|backing-file)$/, ['backing-file']],
  [/./, /^(format|backing-fmt)$/, ['format']],
  [/./, /^bitmaps?$/, ['bitmap']],
  [/./, /^iothread$/, ['iothread']],
  [/./, /^throttle-group$/, ['throttle-group']],
  [/./, /-secret$/, ['secret']],
  [/./, /^(tls-creds|tls-authz|pr-manager)$/, ['object']],
  [/./, /^chardev$/, ['chardev']],
  [/./, /(^|\.)(server|addr|data)\.path$/, ['file']],
  [/./, /(^|\.)bitmap\.name$/, ['bitmap']],
  [/^object-add$/, /^(dir|mem-path|authz-file)$/, ['file']],
  [/./, /^(logfile|mountpoint|conf|config|dir)$/, ['file']],
  [/./, /^(reference|backing|overlay|replaces|bottom|.*node(-name)?)$/, ['node']],
];

const jobVerbs: Readonly<Record<string, JobVerb>> = {
  'block-job-pause': 'pause', 'block-job-resume': 'resume', 'block-job-complete': 'complete', 'block-job-cancel': 'cancel',
  'block-job-set-speed': 'set-speed', 'block-job-finalize': 'finalize', 'block-job-dismiss': 'dismiss',
  'job-pause': 'pause', 'job-resume': 'resume', 'job-complete': 'complete', 'job-cancel': 'cancel',
  'job-finalize': 'finalize', 'job-dismiss': 'dismiss',
};

const removable = /^(eject|change|blockdev-(open|close)-tray|(x-)?blockdev-(insert|remove)-medium|blockdev-change-medium)$/;

/** Which live names fit a member: what the type declares, else what the rules say. */
export function namedThing({ command, path }: MemberPlace, declared: Completes | undefined, isText: boolean): Partial<Slot> {
  const member = path.findLast((step) => !/^\d+$/.test(step)) ?? '';
  const dotted = path.filter((step) => !/^\d+$/.test(step)).join('.');
  const rule = rules.find(([commands, members]) => commands.test(command) && (members.test(member) || members.test(dotted)));
  const completes = declared === undefined ? rule?.[2] ?? [] : [declared];
  if (!isText || completes.length === 0) return {};
  return { completes, ...narrowing(command, completes) };
}

/** The QMP or HMP command's say in which jobs and devices come into question. */
export function narrowing(command: string, completes: readonly Completes[]): Partial<Slot> {
  const wireName = command.replaceAll('_', '-');
  const verb = completes.includes('job') ? jobVerbs[wireName] : undefined;
  return { ...(verb !== undefined && { verb }), ...(removable.test(wireName) && { removableFirst: true }), ...(wireName === 'nbd-server-remove' && { isNbd: true }) };
}
