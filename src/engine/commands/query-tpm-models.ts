import { list } from '../../qapi/schema.ts';
import { tpmModel } from '../../qapi/types/tpm-info.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'query-tpm-models',
  doc: 'lists the TPM models that the guest can have',
  since: '1.5',
  returns: list(tpmModel),
});
