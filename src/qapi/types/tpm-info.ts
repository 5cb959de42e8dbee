import { described, enumeration, naming, str, struct, union } from '../schema.ts';
import type { Infer } from '../schema.ts';

export const tpmModel = enumeration('TpmModel', ['tpm-tis', 'tpm-crb', 'tpm-spapr']);

export const tpmType = enumeration('TpmType', ['passthrough', 'emulator']);

const passthrough = struct('TPMPassthroughOptions', {
  '*path': described(naming('file'), 'host device'),
  '*cancel-path': described(naming('file'), 'sysfs file that cancels a command'),
});

const emulator = struct('TPMEmulatorOptions', { chardev: described(str, 'character device of the emulator') });

/** How a TPM is backed: `{type, data}`. */
export interface TpmTypeOptions {
  type: 'passthrough' | 'emulator';
  data: Infer<typeof passthrough> | Infer<typeof emulator>;
}

export const tpmTypeOptions = union<TpmTypeOptions>({
  name: 'TpmTypeOptions',
  base: { type: tpmType },
  discriminator: 'type',
  branches: {
    passthrough: struct('TPMPassthroughOptionsWrapper', { data: passthrough }),
    emulator: struct('TPMEmulatorOptionsWrapper', { data: emulator }),
  },
});

export const tpmInfo = struct('TPMInfo', {
  id: str,
  model: described(tpmModel, 'what the guest sees'),
  options: tpmTypeOptions,
});

export type TPMInfo = Infer<typeof tpmInfo>;
