import { bool, described, enumeration, list, str, struct, uint16, uint32, uint64, uint8 } from '../schema.ts';
import type { Infer } from '../schema.ts';

/** A rocker switch. */
export const rockerSwitch = struct('RockerSwitch', { name: str, id: uint64, ports: uint32 });

export const rockerPort = struct('RockerPort', {
  name: str,
  enabled: bool,
  'link-up': bool,
  speed: described(uint32, 'Mbit/s'),
  duplex: enumeration('RockerPortDuplex', ['half', 'full']),
  autoneg: enumeration('RockerPortAutoneg', ['off', 'on']),
});

const flowKey = struct('RockerOfDpaFlowKey', {
  priority: uint32,
  'tbl-id': described(uint32, 'flow table'),
  '*in-pport': uint32,
  '*tunnel-id': uint32,
  '*vlan-id': uint16,
  '*eth-type': uint16,
  '*eth-src': str,
  '*eth-dst': str,
  '*ip-proto': uint8,
  '*ip-tos': uint8,
  '*ip-dst': str,
});

const flowMask = struct('RockerOfDpaFlowMask', {
  '*in-pport': uint32,
  '*tunnel-id': uint32,
  '*vlan-id': uint16,
  '*eth-src': str,
  '*eth-dst': str,
  '*ip-proto': uint8,
  '*ip-tos': uint8,
});

const flowAction = struct('RockerOfDpaFlowAction', {
  '*goto-tbl': uint32,
  '*group-id': uint32,
  '*tunnel-lport': uint32,
  '*vlan-id': uint16,
  '*new-vlan-id': uint16,
  '*out-pport': uint32,
});

export const rockerOfDpaFlow = struct('RockerOfDpaFlow', {
  cookie: uint64,
  hits: uint64,
  key: flowKey,
  mask: flowMask,
  action: flowAction,
});

export const rockerOfDpaGroup = struct('RockerOfDpaGroup', {
  id: uint32,
  type: uint8,
  '*vlan-id': uint16,
  '*pport': uint32,
  '*index': uint32,
  '*out-pport': uint32,
  '*group-id': uint32,
  '*set-vlan-id': uint16,
  '*pop-vlan': uint8,
  '*group-ids': list(uint32),
  '*set-eth-src': str,
  '*set-eth-dst': str,
  '*ttl-check': uint8,
});

export type RockerSwitch = Infer<typeof rockerSwitch>;
export type RockerPort = Infer<typeof rockerPort>;
export type RockerOfDpaFlow = Infer<typeof rockerOfDpaFlow>;
export type RockerOfDpaGroup = Infer<typeof rockerOfDpaGroup>;
