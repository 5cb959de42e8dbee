import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../../../src/cli/discovery/monitor-options.ts';

const qemu = 'qemu-system-x86_64';
const unix = (path: string) => ({ kind: 'unix', path });

describe('the command line of a QEMU', () => {
  it.each([
    [`${qemu} -qmp unix:/run/q,server=on,wait=off`, [unix('/run/q')]],
    [`${qemu} --qmp unix:/run/q,server,nowait`, [unix('/run/q')]],
    [`${qemu} -qmp-pretty unix:a,,b:c,server=on`, [unix('a,b:c')]],
    [`${qemu} -qmp tcp:localhost:4444,server=on`, [{ kind: 'tcp', host: 'localhost', port: '4444' }]],
    [`${qemu} -qmp tcp::4444,server=on`, [{ kind: 'tcp', host: '', port: '4444' }]],
    [`${qemu} -chardev socket,id=c,path=/q,server=on -mon chardev=c,mode=control`, [unix('/q')]],
    [`${qemu} -mon c,mode=control,pretty=on -chardev socket,path=/q,id=c,server=on`, [unix('/q')]],
    [`${qemu} -chardev socket,id=charmonitor,fd=23,server=on,wait=off -mon chardev=charmonitor,id=monitor,mode=control`, [{ kind: 'fd', fd: '23' }]],
    ['/usr/bin/qemu-storage-daemon --chardev socket,path=/q,server=on,id=c --monitor chardev=c', [unix('/q')]],
    // What serves no QMP, or listens nowhere.
    [`${qemu} -monitor unix:/hmp,server=on`, []],
    [`${qemu} -chardev socket,id=c,path=/q,server=on -mon chardev=c,mode=readline`, []],
    [`${qemu} -chardev socket,id=c,path=/q,server=on -mon chardev=c`, []],
    [`${qemu} -qmp unix:/q`, []],
    [`${qemu} -qmp stdio`, []],
    [`${qemu} -chardev socket,id=c,path=/q,server=off -mon chardev=c,mode=control`, []],
    [`${qemu} -mon chardev=missing,mode=control`, []],
    [`${qemu} -qmp`, []],
  ])('%s', (line, served) => {
    expect(readCommandLine(line.split(' '))?.served).toEqual(served);
  });

  it('tells what the machine is called', () => {
    expect(readCommandLine([qemu, '-name', 'guest=my vm,debug-threads=on'])?.name).toBe('my vm');
    expect(readCommandLine([qemu, '-name', 'web'])?.name).toBe('web');
    expect(readCommandLine([`/opt/${qemu}`])?.name).toBe(qemu);
  });

  it.each(['bash -c qemu-system-x86_64', 'qemu-img info x', 'timeout 3 qemu-system-x86_64 -qmp unix:/q,server=on', ''])("is not '%s'", (line) => {
    expect(readCommandLine(line.split(' '))).toBeUndefined();
  });
});
