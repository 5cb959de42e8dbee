import { bool, described, enumeration, int, list, str, struct } from '../schema.ts';
import type { Infer } from '../schema.ts';

const rxState = enumeration('RxState', ['normal', 'none', 'all']);

/** What a network card lets through. */
export const rxFilterInfo = struct('RxFilterInfo', {
  name: described(str, 'network client'),
  promiscuous: bool,
  multicast: rxState,
  unicast: rxState,
  vlan: rxState,
  'broadcast-allowed': bool,
  'multicast-overflow': described(bool, 'the table of addresses was too small'),
  'unicast-overflow': bool,
  'main-mac': str,
  'vlan-table': list(int),
  'unicast-table': list(str),
  'multicast-table': list(str),
});

export type RxFilterInfo = Infer<typeof rxFilterInfo>;
