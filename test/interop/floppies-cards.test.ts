import { truncate, writeFile } from 'node:fs/promises';
import { describeTranscripts } from './describe-transcripts.ts';

const transcripts = {
  'are plugged in and out by nobody': `
    device_add driver=floppy
    device_add driver=floppy id=f3 drive=loose
    device_add driver=floppy id=f3 bus=floppy-bus.0 unit=0
    device_add driver=sd-card id=c2 drive=loose
    device_add driver=sd-card id=c2 drive=loose bus=sd-bus
    device_del id=fl
    device_del id=/machine/peripheral/fl
    device_del id=card
    device_del id=sdh
    device_del id=hidden
    query-block
  `,
  'open trays that they do not have': `
    blockdev-open-tray id=fl
    blockdev-open-tray device=fdrive
    blockdev-open-tray id=fl force=true
    blockdev-close-tray id=fl
    blockdev-open-tray id=card
    blockdev-open-tray device=sdrive force=true
    blockdev-close-tray id=card
    blockdev-open-tray id=fe
    blockdev-close-tray id=fe
    hmp info block
  `,
  'lose their media and get others': `
    blockdev-insert-medium id=fl node-name=nope
    blockdev-add driver=raw node-name=m1 file={driver:"file",filename:"b.img"}
    blockdev-insert-medium id=fl node-name=m1
    blockdev-insert-medium id=card node-name=m1
    blockdev-remove-medium id=fl
    blockdev-remove-medium id=fl
    blockdev-insert-medium id=fl node-name=m1
    blockdev-insert-medium id=fe node-name=m1
    blockdev-insert-medium id=card node-name=m1
    qemu-io fdrive write -P 1 0 512
    eject device=fdrive
    eject id=fl
    eject id=fl force=true
    blockdev-insert-medium id=fe node-name=m1
    query-block
    blockdev-remove-medium id=fe
    eject id=card
    eject device=sdrive
    eject device=sdrive force=true
    blockdev-insert-medium id=card node-name=m1
    blockdev-remove-medium id=card
    blockdev-remove-medium device=sdrive
    => {}
    blockdev-del node-name=m1
  `,
  'change their media': `
    blockdev-change-medium id=fl filename=a.img format=raw
    blockdev-change-medium id=fl filename=b.img format=raw read-only-mode=read-only
    blockdev-change-medium id=fl filename=b.img format=raw
    blockdev-change-medium id=fl filename=none.img format=raw
    blockdev-change-medium id=fl filename=b.img format=raw read-only-mode=read-write force=true
    blockdev-change-medium device=fdrive filename=a.img format=raw
    blockdev-change-medium id=fe filename=b.img format=raw
    blockdev-change-medium id=card filename=card2.img format=raw
    blockdev-change-medium device=sdrive filename=odd.img format=raw
    blockdev-change-medium device=sdrive filename=card.img format=raw read-only-mode=read-only
    blockdev-change-medium device=sdrive filename=card.img format=raw read-only-mode=retain
    hmp change fdrive b.img raw
    hmp eject fdrive
    hmp eject sdrive
    hmp eject -f sdrive
    hmp change sdrive card.img
    query-block
    system_reset
    query-block
  `,
  'keep their media while jobs use them': `
    blockdev-change-medium id=fl filename=a.img format=raw read-only-mode=read-write
    drive-backup device=fdrive job-id=b target=copy.img format=raw sync=full speed=1
    eject id=fl
    blockdev-remove-medium id=fl
    blockdev-change-medium id=fl filename=b.img format=raw
    block-job-cancel device=b
    wait-for-jobs
    eject id=fl
    blockdev-change-medium id=card filename=card.img format=raw
    block_resize device=sdrive size=4M
    block_resize device=fdrive size=4M
    drive-mirror device=sdrive target=card3.img format=raw sync=full
    block-job-complete device=sdrive
    wait-for-jobs
    query-block
    block_set_io_throttle id=fl bps=1000 bps_rd=0 bps_wr=0 iops=0 iops_rd=0 iops_wr=0
    block_set_io_throttle id=card bps=1000 bps_rd=0 bps_wr=0 iops=0 iops_rd=0 iops_wr=0
    query-block
  `,
};

describeTranscripts('floppies and SD cards', {
  drives: [
    { id: 'fdrive', if: 'none', file: 'a.img', format: 'raw' },
    { id: 'sdrive', if: 'none', file: 'card.img', format: 'raw' },
    { id: 'loose', if: 'none', file: 'b2.img', format: 'raw' },
  ],
  devices: [
    { driver: 'floppy', id: 'fl', drive: 'fdrive', unit: 0 }, { driver: 'floppy', id: 'fe', unit: 1 },
    { driver: 'sdhci-pci', id: 'sdh' }, { driver: 'sd-card', id: 'card', drive: 'sdrive' },
  ],
  makeImages: async (file) => {
    for (const [short, size] of Object.entries({ 'a.img': 1440 << 10, 'b.img': 1440 << 10, 'b2.img': 1440 << 10, 'card.img': 2 << 20, 'card2.img': 4 << 20, 'odd.img': 3 << 20 })) {
      await writeFile(file(short), Buffer.alloc(4096, 6));
      await truncate(file(short), size);
    }
  },
  transcripts,
  images: ['a.img', 'b.img', 'card.img', 'card3.img'],
  atLeast: 78,
});
