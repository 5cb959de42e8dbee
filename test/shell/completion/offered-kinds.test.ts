import { describe, expect, it } from 'vitest';
import { commands } from '../../../src/engine/commands.ts';
import { hmpCommands } from '../../../src/hmp/command-facts.ts';
import type { HmpSlot } from '../../../src/hmp/command-facts.ts';
import { annotateCommand } from '../../../src/qapi/annotate-type.ts';
import { introspect } from '../../../src/qapi/introspect.ts';
import type { CommandDeclaration } from '../../../src/qapi/schema.ts';
import { readSchema } from '../../../src/qapi/schema-reader.ts';
import type { SchemaInfo } from '../../../src/qapi/types/schema-info.ts';
import { objectMembers } from '../../../src/shell/completion/members.ts';
import { slotOfMember } from '../../../src/shell/completion/slot.ts';
import { describeWithQemu } from '../../support/qemu.ts';
import { QemuMonitor } from '../../support/qemu-monitor.ts';
import { hmpKinds, qmpKinds } from './offered-kinds.ts';

const own = async () => new Map((await commands.loadAll()).map((command): [string, CommandDeclaration] => [command.name, command]));

/** What completion offers for each argument of a command, by its name. */
async function kindsOf(far: ReadonlyMap<string, CommandDeclaration>, name: string): Promise<Map<string, string>> {
  const { data } = annotateCommand(far.get(name)!, (await own()).get(name));
  return new Map(objectMembers(data).map((member) => {
    const slot = slotOfMember({ command: name, path: [member.name], given: () => undefined }, member.type);
    const kind = [...slot.completes ?? [], ...(slot.words ? [slot.isBoolean ? 'bool' : 'words'] : [])].join('+');
    return [member.name, kind || slot.expects.replace(/^[^(]*\(/, '').replace(/[:)].*/, '').replaceAll(' ', '-')];
  }));
}

const reviewed = (text: string) => new Map(text.split(' ').map((pair) => pair.split('=') as [string, string]));

describeWithQemu('each argument of a QMP command of QEMU 7.2', () => {
  it('is offered what it names', async () => {
    const vm = await QemuMonitor.start();
    try {
      const far = readSchema((await vm.execute('query-qmp-schema')) as SchemaInfo[]);
      for (const [name, text] of Object.entries(qmpKinds)) expect(Object.fromEntries(await kindsOf(far, name)), name).toEqual(Object.fromEntries(reviewed(text)));
      const block = /block|drive|job|eject|snapshot|nbd|change-backing|medium|tray|transaction/;
      const unseen = [...far.keys()].filter((name) => block.test(name) && !(name in qmpKinds) && objectMembers(far.get(name)!.data).length > 0);
      expect(unseen, 'commands that nobody has looked at').toEqual([]);
    } finally {
      await vm.stop();
    }
  });
});

describe('each argument of a QMP command of the embedded engine', () => {
  it('is offered the same as in QEMU', async () => {
    const running = (await commands.loadAll()).filter((command) => command.run !== undefined);
    const far = readSchema(introspect(running, []));
    for (const [name, text] of Object.entries(qmpKinds)) {
      // Its types of objects are files of the machine, not words of the vocabulary.
      if (!far.has(name) || name === 'object-add') continue;
      const kinds = await kindsOf(far, name);
      for (const [argument, kind] of reviewed(text)) if (kinds.has(argument)) expect(kinds.get(argument), `${name} ${argument}`).toBe(kind);
    }
  });
});

describe('each argument of a command of the human monitor', () => {
  const kindOf = ({ flag, name, options, completes = [], words, expects }: HmpSlot) => {
    if (flag !== undefined) return flag;
    const things = [...completes, ...(words ? ['words'] : [])].join('+');
    return `${name}=${options ? `options-of-${options.command}` : things || (expects?.split(/[,: ]/)[0] ?? 'text')}`;
  };

  it('is offered what it names', async () => {
    const found = (await hmpCommands()).filter(({ slots }) => slots.length > 0).map(({ name, slots }) => [name, slots.map(kindOf).join(' ')]);
    expect(Object.fromEntries(found)).toEqual(hmpKinds);
  });
});
