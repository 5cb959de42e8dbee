import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { makeImage } from '../engine/open-engine.ts';
import { runQmon, startQmon, temporaryFolder } from '../support/qmon.ts';

const drive = { id: 'd', if: 'none', file: 'disk.qcow2', format: 'qcow2' };
const slow = { driver: 'null-co', 'node-name': 'slow', size: 1 << 20, 'latency-ns': 600e9 };

describe('leaving while a request does not come back', () => {
  it('names it, keeps what was acknowledged, and ends all the same', async () => {
    const folder = temporaryFolder();
    const machine = join(folder, 'machine.json5');
    await makeImage(join(folder, 'disk.qcow2'), { format: 'qcow2', size: 4 << 20 });
    writeFileSync(machine, JSON.stringify({ drives: [drive], blockdevs: [slow] }));
    const child = startQmon(['exec', '-m', machine, '-c', 'qemu-io d "write -P 7 1M 64k"', '-c', 'qemu-io slow "read 0 512"']);
    let told = '';
    child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
    await once(child.stdout, 'data');
    // The next command follows at once, but nothing tells that it has begun.
    await sleep(1000);
    child.kill('SIGTERM');
    await once(child, 'close');
    expect(told).toMatch(/waiting for the command '[^']+' \(\d+ s\); leaving without it in 10 s\n/);
    expect(told).toContain('what was acknowledged is in the images');
    const { stdout } = await runQmon(['exec', '-m', machine, '-c', 'qemu-io d "read -P 7 1M 64k"']);
    expect(stdout).toContain('read 65536/65536 bytes');
    expect(stdout).not.toContain('Pattern verification failed');
  });
});
