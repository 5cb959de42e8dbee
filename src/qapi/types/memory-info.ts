import { bool, described, enumeration, int, list, naming, size, str, struct, uint16, union } from '../schema.ts';
import type { Infer } from '../schema.ts';

/** A memory backend. */
export const memdev = struct('Memdev', {
  '*id': str,
  size: described(size, 'bytes'),
  merge: described(bool, 'equal pages may be merged'),
  dump: described(bool, 'part of core dumps'),
  prealloc: bool,
  '*share': bool,
  '*reserve': bool,
  'host-nodes': described(list(uint16), 'NUMA nodes of the host'),
  policy: enumeration('HostMemPolicy', ['default', 'preferred', 'bind', 'interleave']),
});

export type Memdev = Infer<typeof memdev>;

const pcDimmDeviceInfo = struct('PCDIMMDeviceInfo', {
  '*id': str,
  addr: described(int, 'guest physical address'),
  size: int,
  slot: int,
  node: described(int, 'guest NUMA node'),
  memdev: described(naming('qdev'), 'its backend'),
  hotplugged: bool,
  hotpluggable: bool,
});

/** A memory device: `{type, data}`. */
export interface MemoryDeviceInfo {
  type: 'dimm' | 'nvdimm';
  data: Infer<typeof pcDimmDeviceInfo>;
}

const dimm = struct('PCDIMMDeviceInfoWrapper', { data: pcDimmDeviceInfo });

export const memoryDeviceInfo = union<MemoryDeviceInfo>({
  name: 'MemoryDeviceInfo',
  base: { type: enumeration('MemoryDeviceInfoKind', ['dimm', 'nvdimm']) },
  discriminator: 'type',
  branches: { dimm, nvdimm: dimm },
});

/** What the guest's ACPI reported of a slot. */
export const acpiOSTInfo = struct('ACPIOSTInfo', {
  '*device': str,
  slot: str,
  'slot-type': enumeration('ACPISlotType', ['DIMM', 'CPU']),
  source: described(int, 'the source argument of _OST'),
  status: described(int, 'the status argument of _OST'),
});

export type ACPIOSTInfo = Infer<typeof acpiOSTInfo>;
