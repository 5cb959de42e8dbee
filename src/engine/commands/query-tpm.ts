import { list } from '../../qapi/schema.ts';
import { tpmInfo } from '../../qapi/types/tpm-info.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'query-tpm',
  doc: 'lists the TPM devices',
  since: '1.5',
  returns: list(tpmInfo),
});
