import { change, defineEffect, refusal } from '../effect.ts';
import { countOf, findJob, sizeText, textOf } from '../live-facts.ts';

export default defineEffect({
  name: 'block-job-set-speed',
  describe: ({ device, speed }, live) => {
    const job = findJob(device, live);
    if (job === undefined) return refusal(`there is no job '${textOf(device)}'`);
    return change(`limits ${textOf(device)} to ${rate(speed)} (now: ${rate(job.speed)})`, textOf(device));
  },
});

function rate(speed: unknown): string {
  const bytes = countOf(speed) ?? 0;
  return bytes === 0 ? 'no limit' : `${sizeText(bytes)}/s`;
}
