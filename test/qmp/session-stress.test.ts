import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { serveQmp } from '../../src/qmp/server.ts';
import { Random } from '../support/random-bytes.ts';
import { FakeEndpoint } from './fake-endpoint.ts';
import { patience, temporaryFolder } from './fake-peer.ts';
import { manners, StressClient } from './stress-client.ts';

const seed = Number(process.env.QMON_SEED ?? 1);
/** QMON_ROUNDS=200 makes a long run of it, each round with a seed of its own. */
const rounds = Number(process.env.QMON_ROUNDS ?? 2);
/** Bytes of events stay below what a client may leave unread. */
const mostEvents = 40_000;

async function openServer(random: Random): Promise<{ path: string; endpoint: FakeEndpoint }> {
  const later = async (count: number) => {
    for (let left = count; left > 0; left--) await turn();
  };
  const endpoint = new FakeEndpoint({
    big: ({ size }) => ({ text: 'x'.repeat(Number(size)) }),
    later: async ({ size }) => {
      await later(random.next(4));
      return { text: 'y'.repeat(Number(size)) };
    },
  });
  const path = join(temporaryFolder(), 'qmp.sock');
  const server = await serveQmp({ endpoint, addresses: [path] });
  onTestFinished(() => server.close());
  return { path, endpoint };
}

/** Sends events to all clients, turn by turn. @returns the off switch */
function flood(endpoint: FakeEndpoint, random: Random): () => void {
  let count = 0;
  let next: NodeJS.Immediate;
  const step = () => {
    for (let left = random.next(20); left > 0 && count < mostEvents; left--) endpoint.emit('FLOOD', { count: count++, text: 'z'.repeat(100) });
    next = setImmediate(step);
  };
  step();
  return () => clearImmediate(next);
}

describe(`a QMP server under stress (QMON_SEED=${seed})`, () => {
  const seeds = Array.from({ length: rounds }, (_, round) => seed + round);
  test.each(seeds)('gives each client every reply once and in order, however it reads: %i', async (one) => {
    const random = new Random(one);
    const { path, endpoint } = await openServer(random);
    const clients = [...manners, ...manners].map((manner) => new StressClient({ path, manner, random, requests: 300 + random.next(1500) }));
    const stop = flood(endpoint, random);
    const running = Promise.all(clients.map((client) => client.run()));
    const hung = new Promise<never>((_, reject) => {
      const timer = setTimeout(() => reject(new Error(`hung: ${clients.map(({ progress }) => progress).join('; ')}`)), 25_000);
      void running.finally(() => clearTimeout(timer)).catch(() => undefined);
    });
    await Promise.race([running, hung]).finally(stop);
    await expect.poll(() => endpoint.listeners.size, patience).toBe(0);
  });
});
