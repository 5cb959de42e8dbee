import { describe, expect, it } from 'vitest';
import { asksForSecret, messageWithoutSecrets, replyWithoutSecret } from '../../src/shell/secret-members.ts';
import { holdsSecret, maskSecrets, secretsIn, withoutSecrets, withoutThese } from '../../src/shell/secrets.ts';

const secret = 'hunter2';
/** Every way to write a secret into a line. */
const lines = [
  `block_passwd ide0-hd0 ${secret}`, `block_passwd "my disk" ${secret}`, `change vnc password ${secret}`, `set_password vnc ${secret} -d x`,
  `object-add qom-type=secret id=s0 data=${secret}`, `object-add data=${secret}`, `object_add secret,id=s0,data=${secret}`,
  `object_add secret,data=${secret},id=s0`, `object_add qom-type=secret,data=${secret},id=s0`,
  `object-add qom-type=secret id=s0 data="${secret} and more"`, `object-add qom-type=secret id=s0 data='${secret}'`,
  `{"execute": "object-add", "arguments": {"qom-type": "secret", "id": "s0", "data": "${secret}"}}`,
  `{"execute": "object-add", "arguments": {"data": "${secret}", "qom-type": "secret", "id": "s0"}}`,
  `{execute: 'object-add', arguments: {'qom-type': 'secret', props: {data: '${secret}'}}}`,
  `{"execute": "object-add", "arguments": {"qom-type": "secret", "data": "${secret}`,
  `{execute: 'block_passwd', arguments: {device: 'd', password: '${secret}'}}`,
  `blockdev-add driver=ssh file.password=${secret}`, `blockdev-add driver=https proxy-password=${secret} node-name=n`,
  `blockdev-add driver=https cookie=${secret}`, `x passphrase=${secret}`, `set_password protocol=vnc password=${secret}`,
  `change ide1-cd0 https://me:${secret}@example.org/cd.iso`, `change ide1-cd0 rbd:pool/image:id=me:key=${secret}:conf=x`,
  `human-monitor-command command-line="block_passwd d ${secret}"`,
  `{"execute": "human-monitor-command", "arguments": {"command-line": "set_password vnc ${secret}"}}`,
  `blockdev-snapshot-sync device=d snapshot-file=json:{\\"password\\": \\"${secret}\\"}`,
  `qom-set path=/objects/s0 property=data value=${secret}`, `qom-set /objects/s0 data ${secret}`, `--dry-run block_passwd d ${secret}`,
  `sev-inject-launch-secret packet-header=x secret=${secret}`,
];

describe('a secret in a line', () => {
  it.each(lines)('does not stay in %s', (line) => {
    expect(withoutSecrets(line)).not.toContain(secret);
    expect(maskSecrets(line)).not.toContain(secret);
    expect(maskSecrets(line)).toHaveLength(line.length);
    expect(secretsIn(line).some((found) => found.includes(secret))).toBe(true);
    expect(holdsSecret(line)).toBe(true);
  });

  it.each(lines)('is masked with the first characters that are typed of it: %s', (line) => {
    const typed = line.slice(0, line.indexOf(secret) + 3);
    expect(maskSecrets(typed)).toMatch(/\*\*\*$/);
  });

  it('leaves what stands around it to be read', () => {
    expect(withoutSecrets(`object_add secret,data=${secret},id=s0`)).toBe('object_add secret,data=***,id=s0');
    expect(withoutSecrets(`change ide1-cd0 https://me:${secret}@example.org/cd.iso`)).toBe('change ide1-cd0 https://me:***@example.org/cd.iso');
    expect(maskSecrets(`object-add qom-type=secret data='${secret}' id=s0`)).toBe("object-add qom-type=secret data='*******' id=s0");
  });

  it.each([
    'info block', 'change ide1-cd0 https://example.org:8080/cd.iso', 'qemu-io data "read 0 4k"', 'block_resize data 80',
    'blockdev-add driver=raw node-name=data file.driver=file', 'transaction actions=[{type: "abort", data: {}}]',
    'blockdev-add driver=luks key-secret=sec0 node-name=n', 'object-add qom-type=throttle-group id=tg0',
    'ringbuf-write device=r data=text', 'object-del id=secret',
  ])('is not seen in %s', (line) => {
    expect(withoutSecrets(line)).toBe(line);
  });

  it('is left out of what is printed about the line, decoded too', () => {
    const typed = secretsIn('{"execute": "object-add", "arguments": {"qom-type": "secret", "data": "hun\\"ter"}}');
    expect(withoutThese("Invalid parameter 'hun\"ter'", typed)).toBe("Invalid parameter '***'");
    expect(withoutThese("a 'ab' cab", secretsIn('x password=ab'))).toBe("a '***' cab");
  });
});

describe('a secret in a message', () => {
  it.each([
    { execute: 'object-add', arguments: { 'qom-type': 'secret', id: 's0', data: secret } },
    { execute: 'object-add', arguments: { 'qom-type': 'secret', props: { data: secret } } },
    { execute: 'object-add', arguments: { 'qom-type': 'secret', 'props.data': secret } },
    { execute: 'set_password', arguments: { protocol: 'vnc', password: secret } },
    { execute: 'blockdev-add', arguments: { driver: 'https', cookie: secret, 'proxy-password': secret } },
    { execute: 'qom-set', arguments: { path: '/objects/s0', property: 'data', value: secret } },
    { execute: 'human-monitor-command', arguments: { 'command-line': `block_passwd d ${secret}` } },
    { execute: 'transaction', arguments: { actions: [{ type: 'x', data: { file: `ssh://me:${secret}@h/x` } }] } },
    { event: 'BLOCK_JOB_COMPLETED', data: { error: `cannot open ssh://me:${secret}@host/x` } },
    { execute: 'x', arguments: { password: 12345 } },
  ])('does not stay in %j', (message) => {
    const before = JSON.stringify(message);
    const text = JSON.stringify(messageWithoutSecrets(message));
    expect(text).not.toContain(secret);
    expect(text).not.toContain('12345');
    expect(text).toContain('***');
    expect(JSON.stringify(message)).toBe(before);
  });

  it('leaves a message without one as it is', () => {
    const message = { execute: 'transaction', arguments: { actions: [{ type: 'abort', data: {} }], size: 2n ** 60n } };
    expect(messageWithoutSecrets(message)).toBe(message);
  });

  it('is read back by qom-get, whose reply is left out', () => {
    expect(asksForSecret({ execute: 'qom-get', arguments: { path: '/objects/s0', property: 'data' } })).toBe(true);
    expect(asksForSecret({ execute: 'human-monitor-command', arguments: { 'command-line': 'qom-get /objects/s0 data' } })).toBe(true);
    expect(asksForSecret({ execute: 'qom-get', arguments: { path: '/objects/s0', property: 'format' } })).toBe(false);
    expect(replyWithoutSecret({ return: secret, id: 1 })).toEqual({ return: '***', id: 1 });
  });
});
