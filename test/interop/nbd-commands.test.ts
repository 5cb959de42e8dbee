import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithQemu, qemu } from '../support/qemu.ts';
import { GraphReferee } from './graph-referee.ts';
import { parseTranscript } from './transcript.ts';

const start = 'nbd-server-start addr.type=unix addr.data.path=nbd.sock';
const long = 'n'.repeat(4097);

const transcripts: Readonly<Record<string, string>> = {
  'no server yet': `
    nbd-server-stop
    nbd-server-add device=hd
    nbd-server-add device=nope
    nbd-server-add device=empty
    nbd-server-add
    nbd-server-remove name=x
    nbd-server-remove
    block-export-add type=nbd id=e node-name=nhd
    block-export-add type=nbd id=e node-name=nope
    block-export-add type=nbd id=e
    block-export-del id=e
    query-block-exports
  `,
  'where to listen': `
    nbd-server-start
    nbd-server-start addr=nbd.sock
    nbd-server-start addr.type=unix
    nbd-server-start addr.type=unix addr.path=nbd.sock
    nbd-server-start addr.type=pipe addr.data.path=nbd.sock
    nbd-server-start addr.type=inet addr.data.host=127.0.0.1
    nbd-server-start addr.type=unix addr.data.path=no/such/folder/nbd.sock
    nbd-server-start addr.type=unix addr.data.path=${'p'.repeat(200)}
    nbd-server-start addr.type=inet addr.data.host=127.0.0.1 addr.data.port="abc"
    nbd-server-start addr.type=inet addr.data.host=127.0.0.1 addr.data.port="-1"
    nbd-server-start addr.type=inet addr.data.host=127.0.0.1 addr.data.port=5
    nbd-server-start addr.type=inet addr.data.host=127.0.0.1 addr.data.port="0" addr.data.ipv4=false
    nbd-server-start addr.type=inet addr.data.host=127.0.0.1 addr.data.port="0" addr.data.ipv6=true
    nbd-server-start addr.type=inet addr.data.host=127.0.0.1 addr.data.port="0" addr.data.ipv4=false addr.data.ipv6=false
    nbd-server-start addr.type=inet addr.data.host=192.0.2.1 addr.data.port="0"
    nbd-server-start addr.type=inet addr.data.host=127.0.0.1 addr.data.port="50001" addr.data.to=50000
    nbd-server-start addr.type=inet addr.data.host=127.0.0.1 addr.data.port="0" addr.data.to=70000
    nbd-server-start addr.type=fd addr.data.str=nope
    ${start} max-connections=-1
    ${start} bogus=1
    ${start} tls-creds=nope
    object-add qom-type=secret id=sec data=x
    ${start} tls-creds=sec
    object-add qom-type=tls-creds-anon id=client endpoint=client
    ${start} tls-creds=client
    nbd-server-start addr.type=inet addr.data.host=127.0.0.1 addr.data.port="0"
    ${start}
    nbd-server-stop
    nbd-server-start addr.type=inet addr.data.host=127.0.0.1 addr.data.port="" max-connections=5
    nbd-server-stop
    nbd-server-stop
    ${start} max-connections=0
  `,
  'what to offer': `
    nbd-server-add device=nope
    nbd-server-add device=empty
    nbd-server-add device=hd writable=true
    nbd-server-add device=hd
    nbd-server-add device=hd
    nbd-server-add device=nhd name=hd
    nbd-server-add device=nhd name=by-node description=words
    nbd-server-add device=hd name=""
    nbd-server-add device=hd name="two words"
    nbd-server-add device=hd name=${long}
    nbd-server-add device=hd name=d description=${long}
    nbd-server-add device=ro writable=true
    nbd-server-add device=hd name=b bitmap=nope
    nbd-server-add device=hd name=b writable=1
    block-export-add type=nbd id=e node-name=hd
    block-export-add type=nbd id=e node-name=nro writable=true
    block-export-add type=nbd id=hd node-name=nro
    block-export-add type=nbd id=e node-name=nro name=hd
    block-export-add type=nbd id=1 node-name=nro
    block-export-add type=nbd id=e node-name=nro iothread=nope
    block-export-add type=nbd id=e node-name=nro name="two words" description=x
    block-export-add type=nbd id=e2 node-name=nro name=""
    block-export-add type=nbd id=e3 node-name=nro
    block-export-add type=nbd id=e4 node-name=nro bogus=1
    block-export-add type=bogus id=e4 node-name=nro
    query-block-exports
    block-export-del id=e
    block-export-del id=e
    block-export-del id=e2 mode=hard
    nbd-server-remove name=by-node mode=safe
    nbd-server-remove name=by-node mode=soft
    nbd-server-remove name=e3
    query-block-exports
  `,
  'dirty bitmaps': `
    blockdev-add driver=qcow2 node-name=x file.driver=file file.filename=x.qcow2
    block-dirty-bitmap-add node=x name=on
    block-dirty-bitmap-add node=x name=off disabled=true
    nbd-server-add device=x name=b bitmap=on
    nbd-server-add device=x name=b bitmap=on writable=true
    nbd-server-add device=x name=c bitmap=off
    nbd-server-add device=x name=d bitmap=off
    query-named-block-nodes
    block-dirty-bitmap-clear node=x name=on
    block-dirty-bitmap-disable node=x name=on
    block-dirty-bitmap-remove node=x name=off
    block-dirty-bitmap-merge node=x target=on bitmaps=["off"]
    block-export-add type=nbd id=m node-name=x name=m bitmaps=["nope"]
    block-export-add type=nbd id=m node-name=x name=m bitmaps=["off"]
    block-export-add type=nbd id=m node-name=x name=m bitmaps=[{node:"nope",name:"n"}]
    block-export-add type=nbd id=m node-name=x name=m bitmaps=[{node:"x",name:"n"}]
    block-export-del id=c
    block-export-add type=nbd id=m node-name=x name=m allocation-depth=true bitmaps=[{node:"x",name:"off"}]
    query-named-block-nodes
    block-export-del id=m
    block-dirty-bitmap-remove node=x name=off
    blockdev-snapshot-sync node-name=x snapshot-file=over.qcow2 snapshot-node-name=over
    query-block-exports
    nbd-server-remove name=b
    block-dirty-bitmap-clear node=x name=on
    block-dirty-bitmap-disable node=x name=on
    nbd-server-add device=over name=below bitmap=on
    nbd-server-remove name=below
  `,
  'what exports forbid': `
    block_resize device=hd size=8M
    block_resize node-name=nro size=8M
    blockdev-add driver=raw node-name=r file.driver=file file.filename=r.raw
    block-export-add type=nbd id=r node-name=r writable=true
    block-export-add type=nbd id=r2 node-name=r name=r2 writable=true writethrough=true
    blockdev-del node-name=r
    block_resize node-name=r size=8M
    device_add driver=virtio-blk-pci drive=r id=guest
    query-block-exports
    block-export-del id=r
    block-export-del id=r2
    blockdev-del node-name=r
  `,
  'media that go': `
    nbd-server-add device=cd
    nbd-server-add device=cd name=again
    nbd-server-add device=ncd
    block-export-add type=nbd id=kept node-name=ncd name=kept
    query-block-exports
    eject device=cd force=true
    query-block-exports
    query-named-block-nodes
    nbd-server-add device=cd
    block-export-del id=kept
    nbd-server-remove name=ncd
    blockdev-change-medium device=cd filename=cd.raw format=raw read-only-mode=retain
    nbd-server-add device=cd
    eject device=cd force=true
    query-block-exports
  `,
  'jobs and snapshots beside them': `
    blockdev-snapshot-sync device=hd snapshot-file=top.qcow2 snapshot-node-name=top
    query-block-exports
    drive-backup device=hd target=backup.qcow2 sync=full job-id=b
    wait-for-jobs
    block-stream device=hd job-id=s
    wait-for-jobs
    query-block-exports
    hmp nbd_server_add -w ro other
    hmp nbd_server_remove other
    hmp nbd_server_remove other
    hmp nbd_server_stop
    hmp nbd_server_stop
    hmp nbd_server_start unix:nbd.sock
    hmp nbd_server_start -w unix:nbd.sock
    query-block-exports
    nbd-server-stop
  `,
};

describeWithQemu('the NBD commands beside the real QEMU', () => {
  let referee: GraphReferee;

  beforeAll(async () => {
    referee = await GraphReferee.start({
      drives: [
        { 'id': 'hd', 'if': 'none', 'file': 'hd.qcow2', 'format': 'qcow2', 'node-name': 'nhd' },
        { 'id': 'cd', 'if': 'none', 'media': 'cdrom', 'file': 'cd.raw', 'format': 'raw', 'node-name': 'ncd' },
        { 'id': 'ro', 'if': 'none', 'file': 'ro.qcow2', 'format': 'qcow2', 'readonly': true, 'node-name': 'nro' },
        { id: 'empty', if: 'none' },
      ],
      devices: [{ driver: 'ide-hd', drive: 'hd' }, { driver: 'ide-cd', drive: 'cd', id: 'drive' }],
      makeImages: async (file) => {
        for (const name of ['hd', 'ro', 'x']) await qemu.img('create', '-q', '-f', 'qcow2', file(`${name}.qcow2`), '4M');
        for (const name of ['r', 'cd']) await qemu.img('create', '-q', '-f', 'raw', file(`${name}.raw`), '1M');
      },
    });
  });

  afterAll(() => referee.stop());

  for (const [title, steps] of Object.entries(transcripts)) {
    it(`answers as QEMU does: ${title}`, () => referee.play(parseTranscript(steps)), 60_000);
  }

  it('compares enough steps to be trusted', () => expect(referee.steps).toBeGreaterThan(120));
});
