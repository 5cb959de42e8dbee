import { writeFile } from 'node:fs/promises';
import { qemu } from '../support/qemu.ts';
import { blkdebugConfigs as configs } from './blkdebug-configs.ts';
import { describeTranscripts } from './describe-transcripts.ts';

const add = (options: string, image = 'b.raw') => `blockdev-add driver=raw node-name=r file={driver:"blkdebug","node-name":"d",${options},image:{driver:"file",filename:"${image}"}}`;
/** Rules for the first sector unless they name another: a flush is no request for a sector, so that a node can be closed with what is written. */
const inject = (...rules: readonly string[]) => add(`"inject-error":[${rules.map((rule) => `{sector:0,${rule}}`).join(',')}]`);
const remove = 'blockdev-del node-name=r';

/** Steps on nodes that are opened with rules, and closed behind them. */
const transcripts: Readonly<Record<string, string>> = {
  'errors that come once, and errors that stay': `
    ${inject('event:"read_aio",once:true')}
    qemu-io r read 0 512
    qemu-io r read 0 512
    ${remove}
    ${inject('event:"read_aio",once:false,errno:28')}
    qemu-io r read 0 512
    qemu-io r write -P 7 0 512
    qemu-io r read -P 7 0 512
    ${remove}
    ${inject('event:"none",errno:28,iotype:"read"', 'event:"write_aio",errno:30,iotype:"write",once:true')}
    qemu-io r read 0 512
    qemu-io r write 0 512
    qemu-io r write 0 512
    qemu-io r read 0 512
    qemu-io r flush
    ${remove}
    ${inject('event:"none",once:true', 'event:"none",errno:28,once:true', 'event:"none",errno:1,once:true')}
    qemu-io r read 0 512
    qemu-io r read 0 512
    qemu-io r read 0 512
    qemu-io r read 0 512
    ${remove}
    ${inject('event:"read_aio",immediately:true')}
    qemu-io r read 0 512
    qemu-io r read 4k 4k
    ${remove}
  `,
  'errors of one sector': `
    ${inject('event:"none",sector:2,errno:28')}
    qemu-io r read 0 1k
    qemu-io r read 0 1025
    qemu-io r read 1k 512
    qemu-io r read 1536 512
    qemu-io r read 1500 10
    qemu-io r write 0 1M
    qemu-io r write -P 9 1536 512
    qemu-io r write -z 0 4k
    qemu-io r write -z 4k 4k
    qemu-io r discard 0 4k
    qemu-io r discard 4k 4k
    qemu-io r read -P 1 0 1k
    ${remove}
    ${inject('event:"none",sector:-1,errno:28,iotype:"read"')}
    qemu-io r read 8k 512
    ${remove}
    ${inject('event:"none",sector:-2,errno:28')}
    qemu-io r read 8k 512
    ${remove}
    ${inject('event:"none",sector:9007199254740991,errno:28')}
    qemu-io r read 8k 512
    ${remove}
    ${inject('event:"none",sector:0,errno:5,once:true', 'event:"none",sector:0,errno:28,once:true')}
    qemu-io r read 512 512
    qemu-io r read 0 512
    qemu-io r read 0 512
    qemu-io r read 0 512
    ${remove}
  `,
  'errors of one kind of request': `
    ${inject('event:"none",iotype:"write-zeroes",errno:28')}
    qemu-io r write -z 0 4k
    qemu-io r write -z -u 0 4k
    qemu-io r write 0 4k
    qemu-io r discard 0 4k
    qemu-io r read 0 4k
    ${remove}
    ${inject('event:"none",iotype:"discard",errno:28')}
    qemu-io r discard 0 4k
    qemu-io r write -z -u 4k 4k
    qemu-io r write 0 4k
    ${remove}
    ${inject('event:"none",sector:-1,iotype:"flush",errno:28,once:true')}
    qemu-io r write 0 4k
    qemu-io r write -f 0 4k
    qemu-io r read 0 4k
    ${remove}
  `,
  'numbers of errors that mean something to nobody, or nothing': `
    ${inject('event:"none",errno:0')}
    qemu-io r read 0 512
    ${remove}
    ${inject('event:"none",errno:-5')}
    qemu-io r read 0 512
    ${remove}
    ${inject('event:"none",errno:4096')}
    qemu-io r read 0 512
    ${remove}
    ${inject('event:"none",errno:95')}
    qemu-io r read 0 512
    qemu-io r write -z 0 4k
    qemu-io r discard 0 4k
    ${remove}
    ${inject('event:"none",errno:4')}
    qemu-io r read 0 512
    ${remove}
    ${inject('event:"none",errno:11')}
    qemu-io r read 0 512
    ${remove}
    ${inject('event:"none",sector:-1,errno:1,iotype:"flush",once:true')}
    qemu-io r write -f 0 512
    ${remove}
    ${[2, 12, 14, 15, 26, 40, 61, 71, 75, 84, 90, 113, 116, 123, 133, 134].map((errno) => `
      ${inject(`event:"none",errno:${errno}`)}
      qemu-io r read 0 512
      ${remove}
    `).join('\n')}
    ${inject('event:"none",errno:4294967301')}
    qemu-io r read 0 512
    ${remove}
    ${inject('event:"none",state:4294967297')}
    qemu-io r read 0 512
    ${remove}
  `,
  'states': `
    ${add('"set-state":[{event:"read_aio",state:1,new_state:2},{event:"read_aio",state:2,new_state:3},{event:"write_aio",state:3,new_state:1}],"inject-error":[{sector:0,event:"read_aio",state:3,errno:28},{sector:0,event:"write_aio",state:2,errno:30}]')}
    qemu-io r read 0 512
    qemu-io r write 0 512
    qemu-io r read 0 512
    qemu-io r read 0 512
    qemu-io r read 0 512
    qemu-io r write 0 512
    qemu-io r read 0 512
    qemu-io r read 0 512
    qemu-io r read 0 512
    ${remove}
    ${add('"set-state":[{event:"read_aio",new_state:5},{event:"write_aio",state:5,new_state:0}],"inject-error":[{sector:0,event:"write_aio",state:5,once:true},{sector:0,event:"read_aio",state:0,errno:28}]')}
    qemu-io r write 0 512
    qemu-io r read 0 512
    qemu-io r write 0 512
    qemu-io r write 0 512
    qemu-io r read 0 512
    ${remove}
    ${add('"set-state":[{event:"none",new_state:2}],"inject-error":[{sector:0,event:"read_aio",state:2}]')}
    qemu-io r read 0 512
    ${remove}
    ${add('"set-state":[{event:"read_aio",new_state:2},{event:"read_aio",new_state:3}],"inject-error":[{sector:0,event:"write_aio",state:2,errno:28},{sector:0,event:"write_aio",state:3,errno:30}]')}
    qemu-io r read 0 512
    qemu-io r write 0 512
    ${remove}
    ${add('"set-state":[{event:"read_aio",state:1,new_state:2},{event:"read_aio",state:2,new_state:1}],"inject-error":[{sector:0,event:"read_aio",state:1,once:true}]')}
    qemu-io r read 0 512
    qemu-io r read 0 512
    qemu-io r read 0 512
    ${remove}
  `,
  'files of rules': `
    ${add('config:"states.conf"')}
    qemu-io r read 0 512
    qemu-io r write 0 512
    qemu-io r read 0 512
    qemu-io r write 0 512
    qemu-io r write 0 512
    ${remove}
    ${add('config:"octal.conf"')}
    qemu-io r read 0 512
    qemu-io r read 4k 512
    ${remove}
    ${add('config:"states.conf","inject-error":[{event:"read_aio",sector:0,errno:1,once:true}]')}
    qemu-io r read 0 512
    qemu-io r read 0 512
    qemu-io r write 0 512
    ${remove}
    ${add('config:"empty.conf"')}
    qemu-io r read 0 512
    ${remove}
    ${add('config:""')}
    ${add('config:"."')}
    ${add('config:"nofolder/x"')}
    ${Object.keys(configs).map((name) => `
      ${add(`config:"${name}.conf"`)}
      qemu-io r read 0 512
      ${remove}
    `).join('\n')}
  `,
  'limits': `
    ${add('align:4096')}
    qemu-io r write -P 5 100 200
    qemu-io r read -P 5 100 200
    qemu-io r write -z 5000 100
    qemu-io r discard 512 512
    qemu-io r discard 0 8k
    ${remove}
    ${add('align:4096,"max-transfer":8192,"inject-error":[{event:"none",sector:40,errno:28}]')}
    qemu-io r write -P 6 0 64k
    qemu-io r read -P 6 0 16k
    qemu-io r read -P 6 16k 4k
    qemu-io r read 0 64k
    ${remove}
    ${add('"max-write-zero":4096,"inject-error":[{event:"none",sector:40,errno:28,iotype:"write-zeroes"}]')}
    qemu-io r write -z 0 64k
    qemu-io r read -P 0 0 20k
    ${remove}
    ${add('"max-discard":4096,"inject-error":[{event:"none",sector:40,errno:28,iotype:"discard"}]')}
    qemu-io r discard 0 64k
    ${remove}
    ${add('"opt-write-zero":65536,"max-write-zero":131072')}
    qemu-io r write -z 100 100k
    ${remove}
    ${add('"opt-discard":65536,"max-discard":131072')}
    qemu-io r discard 512 100k
    ${remove}
    ${add('align:1024', 'odd.raw')}
    qemu-io r length
    qemu-io r read 0 1000
    qemu-io r write 900 100
    blockdev-del node-name=r
    ${add('align:2097152')}
    qemu-io r read 0 512
    ${remove}
    ${add('align:1')}
    qemu-io r read 1 1
    ${remove}
    ${add('align:1073741824')}
    ${remove}
    ${add('align:2147483647')}
    ${add('align:2147483648')}
    ${add('"max-transfer":2147483647')}
    ${add('"max-transfer":-4')}
    ${add('align:512,"max-discard":513')}
    ${add('"opt-discard":1024,"max-discard":1536')}
    ${add('"opt-write-zero":1024,"max-write-zero":1536')}
  `,
  'breakpoints': `
    qemu-io d0 break read_aio A
    qemu-io d0 break bogus A
    qemu-io d0 break none N
    qemu-io d0 resume A
    qemu-io d0 resume nope
    qemu-io d0 remove_break nope
    qemu-io d0 remove_break A
    qemu-io d0 remove_break A
    qemu-io d0 aio_read -q 0 512
    qemu-io d0 aio_flush
    qemu-io d0 break write_aio W
    qemu-io d0 aio_write -q -P 3 0 512
    qemu-io d0 wait_break W
    query-blockstats
    qemu-io d0 resume W
    qemu-io d0 aio_flush
    qemu-io d0 aio_read -q -P 3 0 512
    qemu-io d0 aio_flush
    query-blockstats
    qemu-io d0 break write_aio one
    qemu-io d0 break write_aio two
    qemu-io d0 aio_write -q -P 4 0 512
    qemu-io d0 wait_break one
    qemu-io d0 resume one
    qemu-io d0 resume one
    qemu-io d0 resume two
    qemu-io d0 aio_flush
    qemu-io d0 aio_read -q -P 4 0 512
    qemu-io d0 aio_flush
    qemu-io d0 break write_aio R
    qemu-io d0 aio_write -q -P 5 0 512
    qemu-io d0 wait_break R
    qemu-io d0 remove_break R
    qemu-io d0 aio_flush
    qemu-io d0 aio_read -q -P 5 0 512
    qemu-io d0 aio_flush
    qemu-io d0 resume R
    qemu-io d0 break pwritev_done P
    qemu-io d0 aio_write -q -P 6 0 512
    qemu-io d0 wait_break P
    qemu-io d0 read -P 6 0 512
    qemu-io d0 resume P
    qemu-io d0 aio_flush
    qemu-io d1 break cluster_alloc C
    qemu-io d1 remove_break C
    qemu-io d1 break write_aio X
    qemu-io d1 aio_write -q -P 8 0 64k
    qemu-io d1 wait_break X
    qemu-io d1 read 128k 512
    qemu-io d1 resume X
    qemu-io d1 aio_flush
    qemu-io d1 aio_read -q -P 8 0 64k
    qemu-io d1 aio_flush
    qemu-io d1 resume X
    qemu-io d2 break read_aio A
    qemu-io d2 resume A
    qemu-io d2 remove_break A
  `,
  'images that do not open under it': `
    ${add('align:512', 'none.raw')}
    ${add('align:3', 'none.raw')}
    ${add('bogus:3', 'none.raw')}
    blockdev-add driver=qcow2 node-name=q file={driver:"blkdebug",image:{driver:"file",filename:"b.raw"}}
    blockdev-add driver=qcow2 node-name=q file={driver:"blkdebug","inject-error":[{event:"none"}],image:{driver:"file",filename:"a.qcow2"}}
    blockdev-add driver=qcow2 node-name=q file={driver:"blkdebug","inject-error":[{event:"none",errno:28}],image:{driver:"file",filename:"a.qcow2"}}
    blockdev-add driver=qcow2 node-name=q file={driver:"blkdebug","inject-error":[{event:"none",once:true,errno:13}],image:{driver:"file",filename:"a.qcow2"}}
    blockdev-add driver=qcow2 node-name=q file={driver:"blkdebug","inject-error":[{event:"none",sector:128}],image:{driver:"file",filename:"a.qcow2"}}
    blockdev-add driver=qcow2 node-name=q file={driver:"blkdebug","inject-error":[{event:"none",sector:384}],image:{driver:"file",filename:"a.qcow2"}}
    blockdev-add driver=qcow2 node-name=q file={driver:"blkdebug","inject-error":[{event:"reftable_load"}],image:{driver:"file",filename:"a.qcow2"}}
    blockdev-add driver=qcow2 node-name=q file={driver:"blkdebug","inject-error":[{event:"l2_load",errno:28,once:true}],image:{driver:"file",filename:"a.qcow2"}}
    qemu-io q read 0 64k
    qemu-io q write 0 64k
    blockdev-del node-name=q
    blockdev-add driver=qcow2 node-name=q file={driver:"blkdebug",align:4096,"node-name":"dq",image:{driver:"file",filename:"a.qcow2"}}
    qemu-io q write -P 3 100 1000
    qemu-io q read -P 3 100 1000
    blockdev-del node-name=dq
    blockdev-del node-name=q
    blockdev-change-medium device=cd filename="json:{'driver':'raw','file.driver':'blkdebug','file.image.filename':'none.raw'}"
    blockdev-change-medium device=cd filename="json:{'driver':'raw','file.driver':'blkdebug','file.config':'none.conf','file.image.filename':'b.raw'}"
    blockdev-change-medium device=cd filename="json:{'driver':'raw','file.driver':'blkdebug','file.inject-error.0.event':'bogus','file.image.filename':'b.raw'}"
    blockdev-change-medium device=cd filename="json:{'driver':'raw','file.driver':'blkdebug','file.inject-error.0.errno':'x','file.image.filename':'b.raw'}"
    blockdev-change-medium device=cd filename="json:{'driver':'raw','file.driver':'blkdebug','file.align':'4k','file.image.filename':'b.raw'}"
    blockdev-change-medium device=cd filename="json:{'driver':'raw','file.driver':'blkdebug','file.align':'x','file.image.filename':'b.raw'}"
    blockdev-change-medium device=cd filename="json:{'driver':'raw','file.driver':'blkdebug'}"
    blockdev-change-medium device=cd filename="blkdebug:number.conf:b.raw"
    blockdev-change-medium device=cd filename="blkdebug:states.conf:none.raw"
    hmp change cd blkdebug:section.conf:b.raw raw
  `,
};

async function makeImages(file: (short: string) => string): Promise<void> {
  for (const name of ['b.raw', 'c.raw']) await writeFile(file(name), Buffer.alloc(1 << 20, 1));
  await writeFile(file('odd.raw'), Buffer.alloc(1000, 1));
  for (const [name, text] of Object.entries(configs)) await writeFile(file(`${name}.conf`), text);
  for (const name of ['a.qcow2', 'e.qcow2']) await qemu.img('create', '-q', '-f', 'qcow2', file(name), '4M');
  await qemu.io(file('a.qcow2'), 'write -P 1 0 64k');
}

describeTranscripts('requests through blkdebug', {
  transcripts,
  drives: [
    { id: 'cd', if: 'none', media: 'cdrom' },
    { 'id': 'd0', 'if': 'none', 'format': 'raw', 'file.driver': 'blkdebug', 'file.image.driver': 'file', 'file.image.filename': 'c.raw' },
    { 'id': 'd1', 'if': 'none', 'format': 'qcow2', 'file.driver': 'blkdebug', 'file.image.driver': 'file', 'file.image.filename': 'e.qcow2' },
    { 'id': 'd2', 'if': 'none', 'driver': 'null-co', 'size': 65536, 'read-zeroes': 'on' },
  ],
  devices: [{ driver: 'ide-cd', id: 'cd0', drive: 'cd' }],
  watchGraph: false,
  atLeast: 250,
  makeImages,
  images: ['a.qcow2', 'e.qcow2', 'b.raw', 'c.raw'],
});
