import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { readText } from '../../src/machine/read-text.ts';
import { makeFolder } from '../engine/open-engine.ts';

async function makePipe(): Promise<string> {
  const pipe = `${await makeFolder()}/pipe`;
  execFileSync('mkfifo', [pipe], { timeout: 10_000 });
  return pipe;
}

it('reads a pipe to its end, however late its writer comes', async () => {
  const pipe = await makePipe();
  const reading = readText(pipe);
  await sleep(50);
  await writeFile(pipe, 'é'.repeat(100_000));
  expect(await reading).toBe('é'.repeat(100_000));
});

it('says what is wrong with a pipe that nobody writes to, instead of waiting for ever', async () => {
  await expect(readText(await makePipe())).rejects.toThrow('it is a pipe, and within 5 s nobody has written to it');
});
