import { driverConformance } from '../../support/driver-conformance.ts';

for (const over of ['raw', 'qcow2'] as const) {
  driverConformance('copy-on-read', { over, wrap: (below) => ({ driver: 'copy-on-read', file: { ...below, 'read-only': false } }), supports: { discardReadsZero: true } });
}
