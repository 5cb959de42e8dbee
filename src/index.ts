// The library's door: the engine, a server for it and a client for any QMP socket. No terminal code behind it.
export { createEngine } from './engine/create-engine.ts';
export type { Engine, EngineOptions } from './engine/engine.ts';
export { ioBuffer } from './util/io-buffer.ts';
export { parseAddress, formatAddress, type Address } from './qmp/address.ts';
export { connect, type ClientOptions } from './qmp/client.ts';
export { createLocalLink } from './qmp/local-link.ts';
export { LinkError, type Link, type LinkState, type QmpEvent } from './qmp/link.ts';
export { serveQmp, type QmpServer, type ServeOptions } from './qmp/server.ts';
export { QapiError } from './qapi/qapi-error.ts';
