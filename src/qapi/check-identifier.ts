import { QapiError } from './qapi-error.ts';

/** Checks the id of a device or an object. @throws QapiError in QEMU's words */
export function checkIdentifier(id: string): void {
  if (/^[A-Za-z][-A-Za-z0-9._]*$/.test(id)) return;
  throw new QapiError("Parameter 'id' expects an identifier", {
    hint: "Identifiers consist of letters, digits, '-', '.', '_', starting with a letter.",
  });
}
