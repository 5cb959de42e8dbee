import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { GraphReferee } from './graph-referee.ts';
import { parseTranscript } from './transcript.ts';

/** A failed and an unaligned write count for the furthest offset too. */
const transcript = `
  blockdev-add driver=copy-on-read node-name=cor file={driver:"raw",file:{driver:"file",filename:"h.raw"}}
  blockdev-add driver=blkdebug node-name=chain image={driver:"qcow2",file:{driver:"file",filename:"top.qcow2"}}
  blockdev-add driver=raw node-name=debugged file={driver:"blkdebug",align:4096,"node-name":"debug","inject-error":[{event:"none",iotype:"write",sector:64}],image:{driver:"file",filename:"a.raw"}}
  blockdev-add driver=quorum node-name=several vote-threshold=1 children=[{driver:"file",filename:"b.raw"},{driver:"file",filename:"c.raw"}]
  blockdev-add driver=blkverify node-name=verified raw={driver:"file",filename:"d.raw"} test={driver:"raw",file:{driver:"file",filename:"e.raw"}}
  blockdev-add driver=raw node-name=part offset=512 size=65536 file={driver:"file",filename:"f.raw"}
  blockdev-add driver=throttle node-name=slow throttle-group=tg file={driver:"raw",file:{driver:"file",filename:"g.raw"}}
  qemu-io several write 0 512
  qemu-io verified write 1024 512
  qemu-io part write 0 512
  qemu-io slow write 0 512
  qemu-io slow discard 4096 512
  qemu-io debugged write 0 512
  query-blockstats query-nodes=true
  qemu-io debugged write 32k 512
  qemu-io debugged write -z 40k 512
  query-blockstats query-nodes=true
  query-blockstats query-nodes=false
  device_add driver=virtio-blk-pci id=d1 drive=cor
  device_add driver=virtio-blk-pci id=d2 drive=debugged
  device_add driver=virtio-blk-pci id=d3 drive=several
  device_add driver=virtio-blk-pci id=d4 drive=verified
  device_add driver=virtio-blk-pci id=d5 drive=slow
  device_add driver=virtio-blk-pci id=d6 drive=chain
  query-blockstats
`;

describeWithQemu('query-blockstats on filters beside the real QEMU', () => {
  let referee: GraphReferee;

  beforeAll(async () => {
    referee = await GraphReferee.start({
      drives: [],
      objects: [{ 'qom-type': 'throttle-group', id: 'tg' }],
      makeImages: async (file) => {
        await qemu.img('create', '-q', '-f', 'qcow2', file('base.qcow2'), '1M');
        await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', file('top.qcow2'));
        for (const name of 'abcdefgh') await qemu.img('create', '-q', '-f', 'raw', file(`${name}.raw`), '1M');
      },
    });
  });

  afterAll(() => referee.stop());

  it('tells of what they show twice, and of every node by itself', async () => {
    await referee.play(parseTranscript(transcript));
    expect(referee.steps).toBeGreaterThanOrEqual(25);
  });
});
