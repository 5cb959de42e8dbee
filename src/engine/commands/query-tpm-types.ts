import { list } from '../../qapi/schema.ts';
import { tpmType } from '../../qapi/types/tpm-info.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'query-tpm-types',
  doc: 'lists the ways to back a TPM',
  since: '1.5',
  returns: list(tpmType),
});
