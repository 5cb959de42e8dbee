import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { qemu } from '../support/qemu.ts';
import { temporaryFolder } from '../support/qmon.ts';
import { describeWithShell, openShell } from '../support/shells.ts';
import type { LaunchedTerminal } from '../support/terminal.ts';
import { remotePlace } from '../support/two-links.ts';

const patience = 20_000;
let shell: LaunchedTerminal;
let socket: Server;

/** Types keys and waits until the line behind the prompt is so. */
async function becomes(keys: string, line: string): Promise<void> {
  shell.type(keys);
  await shell.until(new RegExp(`^\\$ ${line.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`, 'm'), patience);
}

/** Drops the line and what is listed below it. */
async function next(): Promise<void> {
  shell.type('\x05\x15');
  shell.type('\x0c');
  await shell.until(/^\$$/, patience);
}

for (const name of ['bash', 'zsh', 'fish'] as const) {
  describeWithShell(name, `completion in a real ${name}`, () => {
    beforeEach(async () => {
      const folder = temporaryFolder();
      for (const file of ['machine.json5', 'mach.txt', 'disk one.qcow2', 'disk.txt']) writeFileSync(join(folder, file), '');
      writeFileSync(join(folder, 'vm.json5'), "{ drives: [{ id: 'data-disk', if: 'virtio', file: 'gone.raw', format: 'raw' }] }");
      mkdirSync(join(folder, 'images'));
      socket = createServer().listen(join(folder, 'qmp.sock'));
      writeFileSync(join(folder, 'qmp.log'), '');
      shell = await openShell(name, folder);
    });

    afterEach(() => {
      shell.kill();
      socket.close();
    });

    it('offers modes, options, and what an option is chosen from', async () => {
      await becomes('qmon comple\t', 'qmon completion');
      await becomes('f\t', 'qmon completion fish');
      await next();
      await becomes('qmon serve --ins\t', 'qmon serve --insecure-tcp');
    });

    it('offers machine files, images and sockets before other files', async () => {
      await becomes('qmon --machine mach\t', 'qmon --machine machine.json5');
      await next();
      await becomes('qmon disk\t', 'qmon disk\\ one.qcow2');
      await next();
      await becomes('qmon --connect qmp\t', 'qmon --connect qmp.sock');
      await next();
      await becomes('qmon exec --connect unix:qmp\t', 'qmon exec --connect unix:qmp.sock');
    });

    // bash and fish end a quoted word that can become one thing only, zsh leaves it open for more.
    const end = name === 'zsh' ? '' : " '";

    it('completes a monitor line after exec -c, quoted as it was begun', async () => {
      await becomes("qmon exec -c 'block_job_p\t", `qmon exec -c 'block_job_pause${end}`);
      await next();
      await becomes('qmon exec -c "info block-\t', `qmon exec -c "info block-jobs${end.replace("'", '"')}`);
      await next();
      await becomes('qmon exec -c block_job_p\t', 'qmon exec -c block_job_pause\\');
      await next();
      await becomes("qmon exec -m vm.json5 -c 'info block data\t", `qmon exec -m vm.json5 -c 'info block data-disk${end}`);
    });

    it.skipIf(!qemu.isInstalled)('completes what a running QEMU has', async () => {
      const { args } = await remotePlace();
      const start = `qmon exec --connect "${args[1]}"`;
      await becomes(`${start} -c 'eject ide1\t`, `${start} -c 'eject ide1-cd0${end}`);
      await next();
      await becomes(`${start} -c 'block-stream device=ide0\t`, `${start} -c 'block-stream device=ide0-hd0${end}`);
      expect(shell.exitCode()).toBeUndefined();
    });
  });
}
