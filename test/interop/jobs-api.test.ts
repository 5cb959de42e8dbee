import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { GraphReferee } from './graph-referee.ts';
import { parseTranscript } from './transcript.ts';

describeWithQemu('the life of a job beside the real QEMU', () => {
  let referee: GraphReferee;
  const play = (steps: string) => referee.play(parseTranscript(steps));

  beforeAll(async () => {
    referee = await GraphReferee.start({
      watchStates: true,
      drives: [
        { id: 'd', if: 'none', file: 'top.qcow2', format: 'qcow2', 'node-name': 'n' },
        { id: 'e', if: 'none', file: 'other.qcow2', format: 'qcow2' },
      ],
      makeImages: async (file) => {
        await qemu.img('create', '-q', '-f', 'qcow2', file('base.qcow2'), '2M');
        await qemu.io(file('base.qcow2'), 'write -P 1 0 1M');
        for (const name of ['top', 'other']) {
          await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', file(`${name}.qcow2`));
          await qemu.io(file(`${name}.qcow2`), 'write -P 2 64k 64k');
        }
      },
    });
  });

  afterAll(() => referee.stop());

  it('is refused for a job that is not there', () => play(`
    query-jobs
    job-pause
    job-pause id=x
    job-resume id=x
    job-cancel id=x
    job-complete id=x
    job-finalize id=x
    job-dismiss id=x
    block-job-finalize id=x
    block-job-dismiss id=x
    block-job-pause device=x
    block-job-cancel device=x
    job-cancel id=x force=true
  `));

  it('waits in the end to be finalized and dismissed', () => play(`
    block-stream device=e job-id=s auto-finalize=false auto-dismiss=false
    query-jobs
    query-block-jobs
    job-pause id=s
    job-resume id=s
    job-complete id=s
    job-dismiss id=s
    block-job-set-speed device=s speed=5
    job-finalize id=s
    query-jobs
    query-block-jobs
    job-finalize id=s
    job-cancel id=s
    block-job-complete device=s
    # QEMU's stream, unlike its other jobs, keeps the device blocked until it is dismissed.
    block-stream device=e job-id=s
    => "GenericError: Job ID 's' already in use"
    job-dismiss id=s
    job-dismiss id=s
    query-block-jobs
    block-stream device=e job-id=s auto-dismiss=false
    block-job-finalize id=s
    block-job-dismiss id=s
    block-stream device=e job-id=s auto-finalize=false
    job-finalize id=s
    job-dismiss id=s
  `));

  it('is given up while it waits', () => play(`
    drive-backup device=d job-id=b target=b.qcow2 sync=full auto-finalize=false auto-dismiss=false
    query-jobs
    job-cancel id=b
    query-jobs
    query-block-jobs
    job-finalize id=b
    job-pause id=b
    block-job-dismiss id=b
    block-commit device=d job-id=c auto-finalize=false
    job-complete id=c
    block-job-cancel device=c
  `));

  it('is paused, resumed and cancelled', () => play(`
    drive-backup device=d job-id=b target=b1.qcow2 sync=full speed=1 auto-dismiss=false
    job-complete id=b
    job-pause id=b
    job-pause id=b
    block-job-pause device=b
    query-jobs
    job-complete id=b
    job-finalize id=b
    job-dismiss id=b
    job-resume id=b
    job-resume id=b
    block-job-pause device=b
    block-job-cancel device=b
    job-cancel id=b
    job-cancel id=b
    job-dismiss id=b
    block-stream device=d job-id=s speed=1
    block-job-cancel device=s
    drive-backup device=d job-id=b target=b2.qcow2 sync=none speed=1
    job-complete id=b
    job-pause id=b
    job-cancel id=b
    block-stream device=d job-id=s speed=1
    block-job-pause device=s
    block-job-cancel device=s force=true
  `));

  it('is completed when it is ready', () => play(`
    drive-mirror device=d job-id=m target=m.qcow2 sync=full auto-finalize=false auto-dismiss=false
    query-jobs
    job-finalize id=m
    job-dismiss id=m
    job-pause id=m
    query-block-jobs
    job-resume id=m
    job-pause id=m
    job-complete id=m
    job-resume id=m
    job-complete id=m
    job-pause id=m
    query-jobs
    job-finalize id=m
    query-jobs
    job-dismiss id=m
    drive-mirror device=d job-id=m target=m2.qcow2 sync=full auto-finalize=false auto-dismiss=false
    block-job-cancel device=m
    query-jobs
    job-cancel id=m
    query-block-jobs
    job-dismiss id=m
    drive-mirror device=d job-id=m target=m3.qcow2 sync=full auto-dismiss=false
    job-cancel id=m
    job-dismiss id=m
    drive-mirror device=d job-id=m target=m4.qcow2 sync=full
    job-pause id=m
    job-cancel id=m
    drive-mirror device=d job-id=m target=m5.qcow2 sync=full
    job-pause id=m
    block-job-cancel device=m
    # QEMU since 6.1 completes it once it is resumed.
    block-job-complete device=m
    => "GenericError: The active block job 'm' cannot be completed"
  `));

  it('makes files', () => play(`
    blockdev-create
    blockdev-create job-id=c
    blockdev-create job-id=c options={}
    blockdev-create job-id=c options={driver:"nope"}
    blockdev-create job-id=c options={driver:"raw"}
    blockdev-create job-id=c options={driver:"raw",size:1}
    blockdev-create job-id=c options={driver:"throttle"}
    blockdev-create job-id=c options={driver:"file"}
    blockdev-create job-id=c options={driver:"file",filename:"a.raw"}
    blockdev-create job-id=1c options={driver:"file",filename:"a.raw",size:1000}
    blockdev-create job-id=c options={driver:"file",filename:"a.raw",size:1000}
    query-jobs
    query-block-jobs
    blockdev-create job-id=c options={driver:"file",filename:"b.raw",size:1000}
    job-pause id=c
    job-cancel id=c
    job-complete id=c
    block-job-dismiss id=c
    block-job-cancel device=c
    block-job-set-speed device=c speed=1
    job-dismiss id=c
    blockdev-create job-id=c options={driver:"file",filename:"no/b.raw",size:1000}
    query-jobs
    job-dismiss id=c
    blockdev-create job-id=c options={driver:"file",filename:"b.raw",size:1048576,preallocation:"metadata"}
    query-jobs
    job-dismiss id=c
    blockdev-create job-id=c options={driver:"file",filename:"b.raw",size:1048576,preallocation:"full"}
    query-jobs
    job-dismiss id=c
    # In use by the drives.
    blockdev-create job-id=c options={driver:"file",filename:"top.qcow2",size:1048576}
    query-jobs
    job-dismiss id=c
    blockdev-create job-id=c options={driver:"file",filename:"odd:name",size:1536}
    job-dismiss id=c
  `));

  it('makes images in nodes', async () => {
    await play(`
      blockdev-create job-id=q options={driver:"qcow2"}
      blockdev-create job-id=q options={driver:"qcow2",file:"nope",size:1048576}
      query-jobs
      job-dismiss id=q
      blockdev-add driver=file node-name=f filename=a.raw
      blockdev-create job-id=q options={driver:"qcow2",file:"f"}
      blockdev-create job-id=q options={driver:"qcow2",file:"f",size:1000}
      query-jobs
      job-dismiss id=q
    `);
    const refused = ['"cluster-size":1000', '"cluster-size":4194304', '"refcount-bits":3', 'version:"v2","refcount-bits":1',
      'version:"v2","lazy-refcounts":true', '"backing-fmt":"qcow2"', '"backing-file":"base.qcow2",preallocation:"full"'];
    for (const options of refused) {
      await play(`
        blockdev-create job-id=q options={driver:"qcow2",file:"f",size:1048576,${options}}
        query-jobs
        job-dismiss id=q
      `);
    }
    await play(`
      blockdev-create job-id=q options={driver:"qcow2",file:{driver:"file",filename:"missing.raw"},size:1048576}
      query-jobs
      blockdev-create job-id=q options={driver:"qcow2",file:"f",size:1048576}
      job-dismiss id=q
      blockdev-create job-id=q options={driver:"qcow2",file:{driver:"file",filename:"b.raw","read-only":true},size:1048576}
      query-jobs
      job-dismiss id=q
      blockdev-create job-id=q options={driver:"qcow2",file:{driver:"file",filename:"b.raw"},size:3145728,"cluster-size":4096}
      blockdev-create job-id=r options={driver:"qcow2",file:"f",size:2097152,"backing-file":"base.qcow2","backing-fmt":"qcow2"}
      query-jobs
      job-dismiss id=q
      job-dismiss id=r
      blockdev-add driver=qcow2 node-name=made file=f backing=null
      block-dirty-bitmap-add node=made name=b
      blockdev-del node-name=made
      blockdev-del node-name=f
      query-jobs
    `);
  });

  it('leaves the same images behind', () => referee.compareImages(['m.qcow2', 'other.qcow2', 'base.qcow2', 'b.raw', 'a.raw']));

  it('compares enough steps to be trusted', () => expect(referee.steps).toBeGreaterThanOrEqual(150));
});
