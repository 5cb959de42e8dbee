import { QapiError } from '../../../qapi/qapi-error.ts';
import { defineAction } from '../define-action.ts';

/** For tests: nothing of the transaction is to stay. */
export default defineAction({
  type: 'abort',
  mayGroup: true,
  prepare: () => Promise.reject(new QapiError('Transaction aborted using Abort action')),
});
