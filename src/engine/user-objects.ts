import { checkThrottleLimits } from '../block/throttle-limits.ts';
import { checkIothread, checkPsk, checkX509 } from '../machine/check-object.ts';
import { addSecret } from '../machine/add-secret.ts';
import { parseThrottleObject } from '../machine/throttle-object.ts';
import { checkIdentifier } from '../qapi/check-identifier.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import type { Engine } from './engine.ts';

type Properties = Readonly<Record<string, unknown>>;

/** What a client makes by object-add. */
export interface UserObject {
  readonly 'qom-type': string;
  readonly id: string;
  readonly [property: string]: unknown;
}

interface ObjectKind {
  /** Checks the properties by themselves, before the name. @throws QapiError */
  readonly check?: (properties: Properties) => void;
  /** @throws QapiError; nothing has been made then */
  readonly make?: (id: string, properties: Properties, engine: Engine) => void;
  readonly isInUse?: (id: string, engine: Engine) => boolean;
  readonly remove?: (id: string, engine: Engine) => void;
}

const KINDS: Readonly<Record<string, ObjectKind>> = {
  'iothread': { check: checkIothread },
  'secret': {
    make: (id, properties, { machine }) => addSecret(id, properties, machine),
    remove: (id, { machine }) => void machine.secrets.delete(id),
  },
  'throttle-group': {
    check: (properties) => checkThrottleLimits(parseThrottleObject(properties)),
    make: (id, properties, { graph }) => void graph.throttleGroups.define(id, parseThrottleObject(properties)),
    isInUse: (id, { graph }) => (graph.throttleGroups.find(id)?.members.length ?? 0) > 0,
    remove: (id, { graph }) => graph.throttleGroups.undefine(id),
  },
  'tls-creds-anon': {},
  'tls-creds-psk': { make: (_, properties) => checkPsk(properties) },
  'tls-creds-x509': { make: (_, properties) => checkX509(properties) },
};

/** Makes an object. @throws QapiError in QEMU's words */
export function addObject(object: UserObject, engine: Engine): void {
  const { 'qom-type': type, id, ...properties } = object;
  checkIdentifier(id);
  const kind = KINDS[type] ?? {};
  kind.check?.(properties);
  const { objects } = engine.machine;
  if (objects.some((other) => other.id === id)) {
    throw new QapiError(`attempt to add duplicate property '${id}' to object (type 'container')`);
  }
  kind.make?.(id, properties, engine);
  objects.push(object);
}

/** Removes an object. @throws QapiError when there is none, or something needs it */
export function deleteObject(id: string, engine: Engine): void {
  const { objects } = engine.machine;
  const object = objects.find((candidate) => candidate.id === id);
  if (object === undefined) throw new QapiError(`object '${id}' not found`);
  const kind = KINDS[object['qom-type']] ?? {};
  if (kind.isInUse?.(id, engine)) throw new QapiError(`object '${id}' is in use, can not be deleted`);
  kind.remove?.(id, engine);
  objects.splice(objects.indexOf(object), 1);
}
