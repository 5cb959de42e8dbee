/** Formats that QEMU probes, by the bytes they begin with: an image in one of them is no raw image even where its driver is missing. */
const SIGNATURES: readonly { readonly format: string; readonly offset: number; readonly bytes: string }[] = [
  { format: 'bochs', offset: 0, bytes: 'Bochs Virtual HD Image' },
  { format: 'luks', offset: 0, bytes: 'LUKS\xba\xbe' },
  { format: 'parallels', offset: 0, bytes: 'WithoutFreeSpace' },
  { format: 'parallels', offset: 0, bytes: 'WithouFreSpacExt' },
  { format: 'qcow', offset: 0, bytes: 'QFI\xfb\0\0\0\x01' },
  { format: 'qed', offset: 0, bytes: 'QED\0' },
  { format: 'vdi', offset: 0x40, bytes: '\x7f\x10\xda\xbe' },
  { format: 'vhdx', offset: 0, bytes: 'vhdxfile' },
  { format: 'vmdk', offset: 0, bytes: 'KDMV' },
  { format: 'vmdk', offset: 0, bytes: 'COWD' },
  { format: 'vmdk', offset: 0, bytes: '# Disk DescriptorFile' },
  { format: 'vpc', offset: 0, bytes: 'conectix' },
];

/** The format whose signature a file begins with, drivers aside. */
export function foreignFormat(head: Buffer): string | undefined {
  const begins = ({ offset, bytes }: { offset: number; bytes: string }) => head.toString('latin1', offset, offset + bytes.length) === bytes;
  return SIGNATURES.find(begins)?.format;
}
