import { truncate, writeFile } from 'node:fs/promises';
import { qemu } from '../support/qemu.ts';
import { describeTranscripts } from './describe-transcripts.ts';

const LONG = 'l'.repeat(32);

// Devices without an id, by the places that the machine gives them.
const [FLOPPY, HD, CD, EMPTY] = [13, 19, 20, 21].map((number) => `/machine/unattached/device[${number}]`);
const SD = '/machine/peripheral-anon/device[1]';

const transcripts = {
  'wants one name, of the drive or of its guest device': `
    eject
    eject device=nope
    eject id=nope
    eject device=""
    eject id=""
    eject device=ide1-cd0 id=scd
    eject device=5
    eject device=ide1-cd0 force=yes
    eject device=ide1-cd0 bogus=1
    eject id=ide1-cd0
    eject device=scd
    eject device=v0
    eject id=v0
    eject id=/machine/peripheral/v0/virtio-backend
    eject id=/machine/peripheral/v0
    eject id=/machine/peripheral/scd
    blockdev-open-tray
    blockdev-open-tray device=nope
    blockdev-open-tray id=nope
    blockdev-open-tray device=ide1-cd0 id=scd
    blockdev-open-tray device=ncd
    blockdev-close-tray
    blockdev-close-tray device=nope
    blockdev-close-tray id=nope
    blockdev-close-tray device=ide1-cd0 id=scd
    blockdev-insert-medium id=scd
    # The seeds insert and remove by device, too.
    blockdev-insert-medium node-name=nvd
    => GenericError: Need exactly one of 'device' and 'id'
    blockdev-insert-medium device=vd node-name=nvd
    => GenericError: Node 'nvd' is already in use
    blockdev-insert-medium id=nope node-name=x
    blockdev-insert-medium id=nope node-name=nvd
    blockdev-insert-medium id=${CD} node-name=nvd
    blockdev-remove-medium
    => GenericError: Need exactly one of 'device' and 'id'
    blockdev-remove-medium device=nope
    => DeviceNotFound: Device 'nope' not found
    blockdev-remove-medium device=ide1-cd0
    => GenericError: Tray of device 'ide1-cd0' is not open
    blockdev-remove-medium id=nope
    blockdev-remove-medium id=scd bogus=1
    blockdev-change-medium
    blockdev-change-medium device=ide1-cd0
    blockdev-change-medium filename=cd.iso
    blockdev-change-medium device=nope filename=cd.iso
    blockdev-change-medium id=nope filename=cd.iso
    blockdev-change-medium device=ide1-cd0 id=scd filename=cd.iso
  `,
  'moves trays, if there are any': `
    device_add driver=scsi-hd id=rem drive=scsi removable=true
    blockdev-open-tray device=ide0-hd0
    blockdev-open-tray device=ide0-hd0 force=true
    blockdev-close-tray device=ide0-hd0
    eject device=ide0-hd0
    eject device=ide0-hd0 force=true
    blockdev-remove-medium id=${HD}
    blockdev-close-tray device=ide1-cd0
    blockdev-open-tray device=ide1-cd0
    blockdev-open-tray device=ide1-cd0
    blockdev-open-tray device=ide1-cd0 force=true
    blockdev-close-tray device=ide1-cd0
    blockdev-close-tray device=ide1-cd0
    blockdev-open-tray id=scd
    blockdev-open-tray id=/machine/peripheral/scd
    blockdev-close-tray id=scd
    blockdev-open-tray device=empty
    blockdev-close-tray device=empty force=true
    blockdev-close-tray device=empty
    blockdev-open-tray device=floppy0
    blockdev-close-tray device=floppy0
    blockdev-open-tray device=sd0
    blockdev-close-tray device=sd0
    blockdev-open-tray device=loose
    blockdev-close-tray device=loose
    blockdev-open-tray device=vd
    blockdev-close-tray id=v0
    blockdev-open-tray id=rem
    blockdev-close-tray id=rem
    blockdev-open-tray device=scsi force=true
    blockdev-close-tray device=scsi
    blockdev-remove-medium id=v0
    eject device=scsi
  `,
  'takes media out': `
    eject device=ide1-cd0
    eject device=ide1-cd0
    blockdev-close-tray device=ide1-cd0
    blockdev-remove-medium id=${CD}
    eject device=empty
    eject device=empty force=false
    blockdev-remove-medium id=${EMPTY}
    blockdev-close-tray device=empty
    eject device=floppy0
    eject device=floppy0
    blockdev-remove-medium id=${FLOPPY}
    eject device=sd0
    eject device=loose
    eject device=loose
    blockdev-remove-medium device=loose
    => {}
    eject id=rem
    eject id=rem
    blockdev-close-tray id=rem
    blockdev-remove-medium id=rem
  `,
  'puts nodes in': `
    blockdev-remove-medium id=scd
    blockdev-insert-medium id=scd node-name=nope
    blockdev-insert-medium id=scd node-name=""
    blockdev-insert-medium id=scd node-name=nvd
    blockdev-add driver=raw node-name=n0 read-only=true file={driver:"file",filename:"cd2.iso"}
    blockdev-insert-medium id=scd node-name=n0
    blockdev-open-tray id=scd
    blockdev-insert-medium id=scd node-name=nvd
    blockdev-insert-medium id=scd node-name=n0
    blockdev-insert-medium id=scd node-name=n0
    blockdev-insert-medium device=loose node-name=n0
    => GenericError: Node 'n0' is already in use
    blockdev-add driver=null-co node-name=n1 read-only=true
    blockdev-insert-medium id=scd node-name=n1
    blockdev-del node-name=n0
    blockdev-close-tray id=scd
    blockdev-remove-medium id=scd
    blockdev-del node-name=n1
    blockdev-add driver=raw node-name=fl file={driver:"file",filename:"floppy2.img"}
    blockdev-insert-medium id=${FLOPPY} node-name=fl
    blockdev-insert-medium id=${SD} node-name=fl
    blockdev-insert-medium id=v0 node-name=fl
    blockdev-insert-medium id=v0 node-name=x
    blockdev-insert-medium id=${HD} node-name=fl
    eject device=floppy0
    blockdev-insert-medium id=${SD} node-name=fl
    eject device=sd0
    blockdev-add driver=raw node-name=frw file={driver:"file",filename:"floppy3.img"}
    blockdev-open-tray device=ide1-cd0
    blockdev-insert-medium id=${CD} node-name=frw
    blockdev-close-tray device=ide1-cd0
    blockdev-insert-medium id=rem node-name=frw
    blockdev-open-tray id=rem
    blockdev-insert-medium id=rem node-name=frw
    eject device=ide1-cd0
    blockdev-insert-medium id=rem node-name=frw
    blockdev-close-tray id=rem
    blockdev-remove-medium id=scd
    blockdev-open-tray id=scd
    blockdev-remove-medium id=scd
    blockdev-remove-medium id=scd
    blockdev-close-tray id=scd
    blockdev-del node-name=n0
    blockdev-del node-name=n0
    blockdev-del node-name=fl
    blockdev-del node-name=frw
    eject id=rem
    blockdev-del node-name=frw
  `,
  'changes media': `
    blockdev-change-medium device=ide1-cd0 filename=nofile.iso
    blockdev-change-medium device=ide1-cd0 filename=""
    blockdev-change-medium device=ide1-cd0 filename=.
    blockdev-change-medium device=ide1-cd0 filename=cd2.iso format=bogus
    blockdev-change-medium device=ide1-cd0 filename=cd2.iso format=qcow2
    blockdev-change-medium device=ide1-cd0 filename=cd2.iso format=""
    blockdev-change-medium device=ide1-cd0 filename=cd2.iso format=raw
    blockdev-change-medium device=ide1-cd0 filename=cd2.iso format=raw
    blockdev-change-medium device=ide1-cd0 filename=cd.iso format=raw read-only-mode=bogus
    blockdev-change-medium device=ide1-cd0 filename=cd.iso format=raw read-only-mode=retain
    blockdev-change-medium device=ide1-cd0 filename=cd.iso format=raw read-only-mode=read-only force=true
    blockdev-change-medium device=ide1-cd0 filename=floppy2.img format=raw read-only-mode=read-write
    blockdev-change-medium device=ide1-cd0 filename=cd.iso
    blockdev-change-medium id=scd filename=cd2.iso format=raw read-only-mode=read-only
    blockdev-change-medium id=scd filename=base.qcow2 read-only-mode=read-only
    blockdev-change-medium id=scd filename=file:cd2.iso format=raw read-only-mode=read-only
    blockdev-change-medium device=ide0-hd0 filename=cd.iso format=raw
    blockdev-change-medium device=vd filename=cd.iso format=raw
    blockdev-change-medium id=v0 filename=cd.iso format=raw
    blockdev-change-medium device=floppy0 filename=floppy.img format=raw read-only-mode=read-only
    blockdev-change-medium device=floppy0 filename=floppy.img format=raw
    blockdev-change-medium device=floppy0 filename=floppy.img format=raw read-only-mode=read-write
    qemu-io floppy0 write -P 4 0 512
    blockdev-change-medium device=loose filename=cd2.iso format=raw read-only-mode=read-only
    blockdev-change-medium device=loose filename=disk.raw format=raw read-only-mode=read-only
    blockdev-change-medium device=sd0 filename=floppy2.img format=raw read-only-mode=read-write
    blockdev-change-medium device=sd0 filename=floppy2.img format=raw
    blockdev-change-medium device=empty filename=cd2.iso format=raw
    blockdev-open-tray device=ide1-cd0
    blockdev-change-medium device=ide1-cd0 filename=cd2.iso format=raw
    eject device=ide1-cd0 force=true
    blockdev-change-medium device=ide1-cd0 filename=cd.iso format=raw
    hmp change ide1-cd0 cd2.iso raw
    hmp change ide1-cd0 cd2.iso
    hmp change ide1-cd0
    hmp change nope cd.iso
    hmp change ide1-cd0 nofile.iso
    hmp change ide1-cd0 cd.iso raw bogus
    hmp change ide1-cd0 cd.iso raw read-only
    hmp change ide1-cd0 -f cd.iso raw
    hmp eject nope
    hmp eject ide0-hd0
    hmp eject -f ide1-cd0
    hmp eject ide1-cd0
    hmp eject
  `,
  'adds and deletes nodes': `
    blockdev-add driver=raw
    blockdev-add node-name=a
    blockdev-add driver=nope node-name=a
    blockdev-add driver=5 node-name=a
    blockdev-add driver=raw node-name=a
    blockdev-add driver=raw node-name=a file=nope
    blockdev-add driver=raw node-name=a file=5
    blockdev-add driver=raw node-name=a file=null
    blockdev-add driver=file node-name=a filename=nofile
    blockdev-add driver=file node-name=a filename=.
    blockdev-add driver=file node-name=a
    blockdev-add driver=file node-name=nvd filename=cd2.iso
    blockdev-add driver=file node-name=1a filename=cd2.iso
    blockdev-add driver=file node-name="" filename=cd2.iso
    blockdev-add driver=file node-name=a/b filename=cd2.iso
    blockdev-add driver=file node-name=ide0-hd0 filename=cd2.iso
    blockdev-add driver=null-co node-name=a bogus=1
    blockdev-add driver=null-co node-name=${LONG}
    blockdev-add driver=null-co node-name=5
    blockdev-add driver=null-co node-name=a size=abc
    blockdev-add driver=null-co node-name=a detect-zeroes=unmap
    blockdev-add driver=null-co node-name=a detect-zeroes=bogus
    blockdev-add driver=null-co node-name=a discard=bogus
    blockdev-add driver=null-co node-name=a cache=5
    blockdev-add driver=null-co node-name=a cache.direct=5
    blockdev-add driver=null-co node-name=a
    blockdev-add driver=null-co node-name=a
    blockdev-add driver=raw node-name=b file=a
    blockdev-add driver=qcow2 node-name=c file=a
    blockdev-add driver=raw node-name=c file=a
    blockdev-add driver=raw node-name=c file=a size=512
    blockdev-add driver=raw node-name=c file=a offset=1
    blockdev-add driver=qcow2 node-name=q file={driver:"file",filename:"cd2.iso"}
    blockdev-add driver=qcow2 node-name=q file={driver:"file",filename:"base.qcow2"} backing=nope
    blockdev-add driver=qcow2 node-name=q file={driver:"file",filename:"base.qcow2"} backing=a
    blockdev-del node-name=a
    blockdev-del node-name=b
    blockdev-del node-name=q
    blockdev-del node-name=a
    blockdev-del node-name=a
    blockdev-del node-name=nope
    blockdev-del node-name=ide0-hd0
    blockdev-del node-name=nvd
    blockdev-del node-name=5
    blockdev-del
    blockdev-del node-name=nvd bogus=1
  `,
};

describeTranscripts('trays and media', {
  drives: [
    { id: 'ide0-hd0', if: 'ide', file: 'test.qcow2', format: 'qcow2' },
    { if: 'ide', index: 2, media: 'cdrom', file: 'cd.iso', format: 'raw', 'node-name': 'ncd' },
    { if: 'ide', index: 3, media: 'cdrom', id: 'empty' },
    { if: 'floppy' },
    { id: 'sd0', if: 'none' },
    { id: 'vd', if: 'none', file: 'disk.raw', format: 'raw', 'node-name': 'nvd' },
    { id: 'loose', if: 'none', file: 'floppy3.img', format: 'raw' },
    { id: 'scsi', if: 'none', file: 'scsi.raw', format: 'raw' },
  ],
  devices: [
    { driver: 'sdhci-pci' }, { driver: 'sd-card', drive: 'sd0' }, { driver: 'virtio-blk-pci', drive: 'vd', id: 'v0' },
    { driver: 'virtio-scsi-pci' }, { driver: 'scsi-cd', id: 'scd' },
  ],
  makeImages: async (file) => {
    await qemu.img('create', '-q', '-f', 'qcow2', file('base.qcow2'), '4M');
    await qemu.img('create', '-q', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', file('test.qcow2'));
    const sizes = { 'cd.iso': 1 << 20, 'cd2.iso': 1 << 20, 'floppy.img': 1440 << 10, 'floppy2.img': 2 << 20, 'floppy3.img': 1440 << 10, 'disk.raw': 8 << 20, 'scsi.raw': 4 << 20 };
    for (const [short, size] of Object.entries(sizes)) {
      await writeFile(file(short), Buffer.alloc(4096, 6));
      await truncate(file(short), size);
    }
  },
  transcripts,
  images: ['floppy.img', 'floppy2.img', 'floppy3.img', 'disk.raw', 'scsi.raw'],
});
