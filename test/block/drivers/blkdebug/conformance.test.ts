import { driverConformance } from '../../../support/driver-conformance.ts';

for (const over of ['raw', 'qcow2'] as const) {
  driverConformance('blkdebug', { over, wrap: (below) => ({ driver: 'blkdebug', image: below }), supports: { discardReadsZero: true } });
}
