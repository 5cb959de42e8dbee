import { driverConformance } from '../../support/driver-conformance.ts';

driverConformance('file', { supports: { discardReadsZero: true } });
