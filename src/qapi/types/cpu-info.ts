import { bool, described, enumeration, int, naming, str, struct, union } from '../schema.ts';
import type { Infer, Int } from '../schema.ts';

const cpuInfoArch = enumeration('CpuInfoArch', ['x86', 'sparc', 'ppc', 'mips', 'tricore', 'other']);

const counter = described(int, 'program counter');

/** A virtual CPU; the name of its program counter depends on `arch`. */
export interface CpuInfo {
  CPU: Int;
  current: boolean;
  halted: boolean;
  qom_path: string;
  thread_id: Int;
  arch: Infer<typeof cpuInfoArch>;
  readonly [register: string]: unknown;
}

export const cpuInfo = union<CpuInfo>({
  name: 'CpuInfo',
  base: {
    CPU: described(int, 'index'),
    current: described(bool, 'the one that commands work on'),
    halted: bool,
    qom_path: naming('qdev'),
    thread_id: described(int, 'host thread'),
    arch: cpuInfoArch,
  },
  discriminator: 'arch',
  branches: {
    x86: struct('CpuInfoX86', { pc: counter }),
    sparc: struct('CpuInfoSPARC', { pc: counter, npc: described(int, 'next program counter') }),
    ppc: struct('CpuInfoPPC', { nip: counter }),
    mips: struct('CpuInfoMIPS', { PC: counter }),
    tricore: struct('CpuInfoTricore', { PC: counter }),
    other: struct('CpuInfoOther', {}),
  },
});

const cpuInstanceProperties = struct('CpuInstanceProperties', {
  '*node-id': int,
  '*socket-id': int,
  '*die-id': int,
  '*cluster-id': int,
  '*core-id': int,
  '*thread-id': int,
});

/** A CPU that is plugged in or could be. */
export const hotpluggableCPU = struct('HotpluggableCPU', {
  type: described(str, 'device type to plug in'),
  'vcpus-count': int,
  props: described(cpuInstanceProperties, 'properties that place it'),
  '*qom-path': described(naming('qdev'), 'present when it is plugged in'),
});

export type HotpluggableCPU = Infer<typeof hotpluggableCPU>;
