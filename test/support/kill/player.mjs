// Plays QMP requests on an engine of its own until it is killed: `node player.mjs SCRIPT`. Says on standard output, at once
// and in one line each, which request it starts (`start DISK REQUEST`) and which one was answered (`done DISK REQUEST`).
import { readFileSync, writeSync } from 'node:fs';
import { createEngine } from '../../../dist/index.js';

const { machine, disks } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const say = (...words) => writeSync(1, `${words.join(' ')}\n`);
const engine = await createEngine({ machine });
await engine.open();
say('ready');

async function play(disk, { number, command, args }) {
  say('start', disk, number);
  const reply = await engine.execute(command, args).catch((error) => `${error.desc ?? error}`);
  if (typeof reply === 'string' && !/^$|^(wrote|discard) /.test(reply)) say('refused', disk, number, JSON.stringify(reply));
  else say('done', disk, number);
}

await Promise.all(disks.map(async (batches, disk) => {
  for (const batch of batches) await Promise.all(batch.map((request) => play(disk, request)));
}));
say('end');
