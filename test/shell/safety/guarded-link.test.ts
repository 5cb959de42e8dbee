import { describe, expect, it } from 'vitest';
import type { Traffic } from '../../../src/qmp/link.ts';
import { allowLevels } from '../../../src/shell/safety/allow-level.ts';
import type { AllowLevel } from '../../../src/shell/safety/allow-level.ts';
import { onlyAsks } from '../../../src/shell/only-asks.ts';
import { GuardedLink } from '../../../src/shell/safety/guarded-link.ts';
import type { Question } from '../../../src/shell/safety/safety.ts';
import { createFakeLink } from '../fake-link.ts';

const size = 64 << 20;
const image = (virtualSize = size) => ({ 'node-name': 'n0', drv: 'qcow2', ro: false, file: '/x/disk.qcow2', image: { filename: '/x/disk.qcow2', 'virtual-size': virtualSize } });

/** A machine with one disk of 64 MiB; `writes` are the commands that reached it besides questions. */
function machine(change: Record<string, unknown> = {}) {
  const link = createFakeLink({
    'query-block': [{ device: 'disk0', qdev: '/machine/x', removable: false, locked: false, inserted: image() }],
    'query-named-block-nodes': [image()], 'query-block-jobs': [], 'query-jobs': [], 'query-status': { status: 'running' },
    'query-block-exports': [], block_resize: {}, quit: {}, 'block-job-cancel': {}, transaction: {}, 'human-monitor-command': '', stop: {},
    'x-something': {}, ...change,
  });
  return { link, writes: () => link.sent.map(({ command }) => command).filter((name) => !onlyAsks(name)) };
}

const shrink = { execute: 'block_resize', arguments: { device: 'disk0', size: 1 << 20 } };
const grow = { execute: 'block_resize', arguments: { device: 'disk0', size: 128 << 20 } };
const line = (text: string) => ({ execute: 'human-monitor-command', arguments: { 'command-line': text } });

/** Sends a message by both doors of a link and tells what happened. */
async function outcome(message: { execute: string; arguments?: Record<string, unknown> }, allow: AllowLevel): Promise<string[]> {
  return Promise.all([0, 1].map(async (door) => {
    const { link, writes } = machine();
    const guarded = new GuardedLink(link, { allow, confirm: () => false });
    try {
      await (door === 0 ? guarded.execute(message.execute, message.arguments) : guarded.request(message));
    } catch (error) {
      expect(writes()).toEqual([]);
      return (error as Error).name;
    }
    expect(link.sent.at(-1)?.command).toBe(message.execute);
    return 'sent';
  }));
}

describe('what a session allows', () => {
  it.each([
    ['observe', { execute: 'query-block' }], ['observe', line('info block')],
    ['operate', { execute: 'stop' }], ['operate', grow], ['operate', line('block_resize disk0 128')], ['operate', line('stop')],
    ['full', shrink], ['full', { execute: 'quit' }], ['full', line('block_resize disk0 1')], ['full', line('q')], ['full', line('qemu-io disk0 "write 0 4k"')],
    ['full', line('commit disk0')], ['full', line('something_else')], ['full', { execute: 'x-something' }],
    ['full', { execute: 'transaction', arguments: { actions: [{ type: 'block-dirty-bitmap-clear', data: { node: 'n0', name: 'b' } }] } }],
  ] as const)('%s is what %j needs, typed or raw', async (needed, message) => {
    for (const allow of allowLevels) {
      const isEnough = allowLevels.indexOf(allow) >= allowLevels.indexOf(needed);
      expect(await outcome(message, allow)).toEqual(isEnough ? ['sent', 'sent'] : ['Refused', 'Refused']);
    }
  });

  it('is told with what is needed', async () => {
    const guarded = new GuardedLink(machine().link, { allow: 'observe', confirm: () => false });
    await expect(guarded.request(shrink)).rejects.toThrow("'block_resize' needs --allow operate, and this session is read-only");
    const operating = new GuardedLink(machine().link, { allow: 'operate', confirm: () => false });
    await expect(operating.request(shrink)).rejects.toThrow(/SHRINKS by 63 MiB.*the last 63 MiB are lost\. That needs --allow full/);
  });
});

describe('what would lose something', () => {
  const ask = (answer: (question: Question) => boolean, allow: AllowLevel = 'full', change = {}) => {
    const { link, writes } = machine(change);
    const questions: Question[] = [];
    const guarded = new GuardedLink(link, { allow, confirm: () => true, ask: async (question) => {
      await new Promise((resolve) => setImmediate(resolve));
      questions.push(question);
      return answer(question);
    } });
    return { guarded, link, writes, questions };
  };

  it('is done after a yes, and not after a no', async () => {
    const yes = ask(() => true);
    await yes.guarded.request(shrink);
    expect(yes.questions).toMatchObject([{ command: 'block_resize', subject: 'disk0', again: false, effect: { impact: 'destructive' } }]);
    expect(yes.writes()).toEqual(['block_resize']);
    const no = ask(() => false);
    await expect(no.guarded.execute('block_resize', shrink.arguments)).rejects.toThrow("'block_resize' was not sent: it was not confirmed");
    expect(no.writes()).toEqual([]);
  });

  it.each([
    ['quit', { execute: 'quit' }], ['block_resize disk0 1', line('block_resize disk0 1')], ['quit', line('quit')], ['drive_del disk0', line('drive_del disk0')],
    ['loadvm before', line('loadvm before')], ['delvm before', line('delvm before')],
  ])('is asked about: %s', async (command, message) => {
    const { guarded, questions } = ask(() => true);
    await guarded.request(message);
    expect(questions).toMatchObject([{ command }]);
  });

  it.each([grow, { execute: 'stop' }, line('info block'), line('block_resize disk0 128'), { execute: 'query-block' }])('is not asked about when nothing is: %j', async (message) => {
    const { guarded, questions } = ask(() => false);
    await guarded.request(message);
    expect(questions).toEqual([]);
  });

  it('is asked about again when it became something else meanwhile', async () => {
    const { guarded, link, questions, writes } = ask(() => {
      link.answers['query-block'] = [{ device: 'disk0', inserted: image(size * 2) }];
      return true;
    });
    await guarded.request(shrink);
    expect(questions.map(({ again, effect }) => [again, /by (\d+) MiB/.exec(effect.text)?.[1]])).toEqual([[false, '63'], [true, '127']]);
    expect(writes()).toEqual(['block_resize']);
  });

  it('lets nothing that changes something pass while the question is open, and what asks goes on', async () => {
    let answer: (agreed: boolean) => void = () => undefined;
    let opened: () => void = () => undefined;
    const isOpen = new Promise<void>((resolve) => (opened = resolve));
    const { link, writes } = machine();
    const guarded = new GuardedLink(link, { allow: 'full', confirm: () => true, ask: () => {
      opened();
      return new Promise((resolve) => (answer = resolve));
    } });
    const shrinking = guarded.request(shrink).catch((error: Error) => error.name);
    await isOpen;
    const stopping = guarded.execute('stop');
    await guarded.execute('query-status');
    expect(writes()).toEqual([]);
    answer(false);
    expect(await shrinking).toBe('Refused');
    await stopping;
    expect(writes()).toEqual(['stop']);
  });

  it('is refused where nobody can be asked, with the effect and what allows it', async () => {
    const { link, writes } = machine();
    const guarded = new GuardedLink(link, { allow: 'full', confirm: () => true });
    await expect(guarded.request(shrink)).rejects.toThrow(/'block_resize' SHRINKS by 63 MiB.*--yes/);
    expect(writes()).toEqual([]);
  });

  it('is asked about when the far end does not tell what it would be', async () => {
    const { guarded, link, questions } = ask(() => true);
    link.answers['query-block'] = new (await import('../../../src/qmp/link.ts')).LinkError('deadline', 'no reply');
    await guarded.request({ execute: 'quit' });
    expect(questions).toMatchObject([{ subject: 'quit', effect: { why: 'the far end did not tell its state: no reply' } }]);
  });

  it('in a transaction is asked about with the name of its action', async () => {
    const { guarded, questions } = ask(() => false);
    const message = { execute: 'transaction', arguments: { actions: [{ type: 'abort', data: {} }, { type: 'quit', data: {} }] } };
    await expect(guarded.request(message)).rejects.toThrow('not confirmed');
    expect(questions).toMatchObject([{ command: 'quit' }]);
  });
});

describe('the traffic of a guarded link', () => {
  it('holds no secrets, neither sent nor read back', async () => {
    const { link } = machine({ 'qom-get': 'hunter2' });
    const heard: Traffic[] = [];
    let tell: (traffic: Traffic) => void = () => undefined;
    const guarded = new GuardedLink({ ...link, onTraffic: (listener) => {
      tell = listener;
      return () => undefined;
    } }, { allow: 'full', confirm: () => true });
    guarded.onTraffic((traffic) => heard.push(traffic));
    tell({ direction: 'sent', message: { execute: 'object-add', arguments: { 'qom-type': 'secret', id: 's', data: 'hunter2' }, id: 'a' } });
    tell({ direction: 'sent', message: { execute: 'qom-get', arguments: { path: '/objects/s', property: 'data' }, id: 'b' } });
    tell({ direction: 'received', message: { return: 'hunter2', id: 'b' } });
    tell({ direction: 'received', message: { return: {}, id: 'a' } });
    expect(JSON.stringify(heard)).not.toContain('hunter2');
    expect(heard[3]).toEqual({ direction: 'received', message: { return: {}, id: 'a' } });
    expect(await guarded.execute('qom-get', { path: '/objects/s', property: 'data' })).toBe('***');
  });
});
