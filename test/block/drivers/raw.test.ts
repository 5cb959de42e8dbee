import { driverConformance } from '../../support/driver-conformance.ts';

driverConformance('raw', { supports: { discardReadsZero: true } });
