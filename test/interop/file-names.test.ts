import { writeFile } from 'node:fs/promises';
import { qemu } from '../support/qemu.ts';
import { describeTranscripts } from './describe-transcripts.ts';

const transcripts: Record<string, string> = {
  'names that are put into a drive': `
    blockdev-change-medium device=cd filename="json:{\\"driver\\":\\"raw\\",\\"file\\":{\\"driver\\":\\"file\\",\\"filename\\":\\"b.raw\\"}}"
    blockdev-change-medium device=cd filename="json:{'driver':'qcow2','file.filename':'a.qcow2'}"
    blockdev-change-medium device=cd filename="json:{'file.filename':'a.qcow2'}"
    blockdev-change-medium device=cd filename="json:{'filename':'a.qcow2'}"
    blockdev-change-medium device=cd filename="json:{'driver':'file','filename':'a.qcow2'}"
    blockdev-change-medium device=cd filename="json:{'driver':'qcow2','file.filename':'a.qcow2','backing':null}" format=qcow2
    blockdev-change-medium device=cd filename="json:{'driver':'qcow2','file.filename':'a.qcow2','backing':null}" format=raw
    blockdev-change-medium device=cd filename="json:{'driver':'qcow2','file.filename':'a.qcow2','backing.node-name':'mid'}"
    blockdev-change-medium device=cd filename="json:{'driver':'qcow2','node-name':'top','file.filename':'a.qcow2','file.node-name':'f','lazy-refcounts':'on'}"
    blockdev-change-medium device=cd filename="json:{'driver':'raw','read-only':'on','file.filename':'b.raw'}"
    blockdev-change-medium device=cd filename="json:{'driver':'raw','read-only':true,'file.filename':'b.raw'}"
    blockdev-change-medium device=cd filename="json:{'driver':'nope'}"
    blockdev-change-medium device=cd filename="json:{'driver':'raw','bogus':1,'file.filename':'b.raw'}"
    blockdev-change-medium device=cd filename="json:{'driver':'raw','file':'nope'}"
    blockdev-change-medium device=cd filename="json:{'driver':'raw','file':5}"
    blockdev-change-medium device=cd filename="json:[1]"
    blockdev-change-medium device=cd filename="json:5"
    blockdev-change-medium device=cd filename="json:"
    blockdev-change-medium device=cd filename="json:{}"
    blockdev-change-medium device=cd filename="blkdebug::b.raw"
    blockdev-change-medium device=cd filename="blkdebug::a.qcow2"
    blockdev-change-medium device=cd filename="blkdebug:rules.conf:b.raw"
    blockdev-change-medium device=cd filename="blkdebug:rules.conf:a.qcow2" format=qcow2
    blockdev-change-medium device=cd filename="blkdebug:bad.conf:b.raw"
    blockdev-change-medium device=cd filename="blkdebug:none.conf:b.raw"
    blockdev-change-medium device=cd filename="blkdebug:b.raw"
    blockdev-change-medium device=cd filename="blkdebug:"
    blockdev-change-medium device=cd filename="blkdebug:::b.raw"
    blockdev-change-medium device=cd filename="blkdebug::none.raw"
    blockdev-change-medium device=cd filename="blkdebug::file:b.raw"
    blockdev-change-medium device=cd filename="blkdebug::blkdebug:rules.conf:b.raw"
    blockdev-change-medium device=cd filename="file:b.raw"
    blockdev-change-medium device=cd filename="file:none.raw"
    blockdev-change-medium device=cd filename="bogus:b.raw"
    blockdev-change-medium device=cd filename="host_cdrom:b.raw"
    blockdev-change-medium device=cd filename="host_device:b.raw"
    blockdev-change-medium device=cd filename="null-co://"
    blockdev-change-medium device=cd filename="null-co://" format=raw
    blockdev-change-medium device=cd filename="null-aio://"
    blockdev-change-medium device=cd filename="blkverify:b.raw"
    hmp change cd blkdebug::b.raw
    hmp change cd blkdebug:rules.conf:b.raw raw
    hmp change cd file:b.raw raw
    hmp change cd "json:{'driver':'raw','file.filename':'b.raw'}"
    hmp change cd ""
    change device=cd target=b.raw
  `,
  'names that images hold of what is behind them': `
    blockdev-add driver=qcow2 node-name=o2 file.driver=file file.filename=on-debug.qcow2
    qemu-io o2 read 0 512
    qemu-io o2 read 4k 512
    blockdev-del node-name=o2
    blockdev-add driver=qcow2 node-name=o3 file.driver=file file.filename=on-bad.qcow2
    blockdev-add driver=qcow2 node-name=o4 file.driver=file file.filename=on-file.qcow2
    blockdev-del node-name=o4
    blockdev-add driver=qcow2 node-name=o5 file.driver=file file.filename=on-device.qcow2
    blockdev-add driver=qcow2 node-name=o6 file.driver=file file.filename=on-cor.qcow2
    blockdev-del node-name=o6
    blockdev-add driver=qcow2 node-name=o7 file.driver=file file.filename=on-null.qcow2
    blockdev-del node-name=o7
  `,
  'the bottom of copy-on-read': `
    blockdev-add driver=qcow2 node-name=c file={driver:"file",filename:"a.qcow2"} backing={driver:"qcow2","node-name":"m",file:{driver:"file",filename:"mid.qcow2"}}
    blockdev-add driver=copy-on-read node-name=r file=c bottom=nope
    blockdev-add driver=copy-on-read node-name=r file=c bottom=m
    qemu-io r read 0 64k
    qemu-io r read 64k 64k
    blockdev-del node-name=r
    blockdev-add driver=copy-on-read node-name=r file=c bottom=c
    blockdev-del node-name=r
    blockdev-add driver=null-co node-name=n
    blockdev-del node-name=c
    blockdev-add driver=host_cdrom node-name=h filename=b.raw
    blockdev-add driver=raw node-name=h file={driver:"host_cdrom",filename:"b.raw"}
  `,
};

const rules = `[inject-error]
event = "read_aio"
errno = "5"
sector = "8"
`;

async function makeImages(file: (short: string) => string): Promise<void> {
  for (const name of ['b.raw', 'c.raw', 'd.raw', 'e.raw', 'f.raw']) await writeFile(file(name), Buffer.alloc(1 << 20, 1));
  await writeFile(file('rules.conf'), rules);
  await writeFile(file('bad.conf'), '[inject-error]\nevent = "bogus"\n');
  await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'b.raw', '-F', 'raw', file('mid.qcow2'));
  await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'mid.qcow2', '-F', 'qcow2', file('a.qcow2'));
  await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'e.raw', '-F', 'raw', file('named.qcow2'));
  await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'e.raw', '-F', 'raw', file('cor.qcow2'));
  for (const [name, backing, format] of [
    ['json', 'json:{"driver":"raw","offset":"512","file.filename":"b.raw"}', 'raw'], ['debug', 'blkdebug:rules.conf:b.raw', 'raw'],
    ['bad', 'blkdebug:bad.conf:b.raw', 'raw'], ['file', 'file:mid.qcow2', 'qcow2'], ['device', 'host_cdrom:b.raw', 'raw'],
    ['cor', 'json:{"driver":"copy-on-read","file.driver":"raw","file.file.filename":"b.raw"}', 'copy-on-read'], ['null', 'null-co://', 'raw'],
  ] as const) await qemu.img('create', '-q', '-u', '-f', 'qcow2', '-b', backing, '-F', format, file(`on-${name}.qcow2`), '1M');
}

describeTranscripts('file names and options', {
  transcripts,
  drives: [{ id: 'cd', if: 'none', media: 'cdrom' }],
  devices: [{ driver: 'ide-cd', id: 'cd0', drive: 'cd' }],
  atLeast: 60,
  makeImages,
  images: ['a.qcow2', 'mid.qcow2'],
});

// QEMU shows such options as the texts that they were; here they are shown in their types.
describeTranscripts('drives with dotted options and texts', {
  transcripts: {
    'drives with dotted options, and numbers and switches as texts': `
      qemu-io d0 read 0 64k
      qemu-io d1 read 0 512
      qemu-io d2 read 0 512
      qemu-io d2 read 0 512
      qemu-io d3 read 0 512
      qemu-io d3 read 4k 512
      qemu-io d4 read 0 512
      qemu-io d4 read 4k 512
      qemu-io d5 read 0 64k
      qemu-io d5 read 128k 64k
      blockdev-change-medium device=cd filename="blkverify:b.raw:c.raw"
      blockdev-change-medium device=cd filename="json:{'driver':'raw','offset':'512','size':1024,'file.filename':'b.raw'}"
      blockdev-change-medium device=cd filename="json:{'driver':'blkdebug','image':{'driver':'raw','file.filename':'b.raw'},'inject-error.0.event':'read_aio','inject-error.0.errno':5}"
      blockdev-change-medium device=cd filename="json:{'driver':'blkdebug','image.filename':'b.raw','inject-error':[{'event':'read_aio','errno':'5'}]}"
      blockdev-add driver=qcow2 node-name=o1 file.driver=file file.filename=on-json.qcow2
      blockdev-del node-name=o1
    `,
  },
  watchGraph: false,
  devices: [{ driver: 'ide-cd', id: 'cd0', drive: 'cd' }],
  drives: [
    { id: 'cd', if: 'none', media: 'cdrom' },
    { 'id': 'd0', 'if': 'none', 'file': 'named.qcow2', 'format': 'qcow2', 'backing.node-name': 'mid', 'node-name': 'top', 'file.node-name': 'f', 'read-only': 'on' },
    { 'id': 'd1', 'if': 'none', 'driver': 'null-co', 'size': '1M', 'read-zeroes': 'on' },
    { 'id': 'd2', 'if': 'none', 'format': 'raw', 'file.driver': 'blkdebug', 'file.image.driver': 'file', 'file.image.filename': 'f.raw',
      'file.inject-error.0.event': 'read_aio', 'file.inject-error.0.errno': '5', 'file.inject-error.0.once': 'on', 'file.inject-error.0.sector': '0' },
    { 'id': 'd3', 'if': 'none', 'file': 'b.raw', 'format': 'raw', 'offset': '512', 'size': '4k', 'file.locking': 'off', 'read-only': 'on' },
    { 'id': 'd4', 'if': 'none', 'file': 'blkdebug:rules.conf:d.raw', 'format': 'raw', 'file.align': '4096' },
    { 'id': 'd5', 'if': 'none', 'driver': 'copy-on-read', 'file.driver': 'qcow2', 'file.file.filename': 'cor.qcow2', 'file.backing.node-name': 'below', 'bottom': 'below' },
  ],
  atLeast: 10,
  makeImages,
  images: ['named.qcow2', 'cor.qcow2'],
});
