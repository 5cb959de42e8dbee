import { driverConformance } from '../../../support/driver-conformance.ts';

driverConformance('qcow2', { supports: { discardReadsZero: true } });
driverConformance('qcow2', { createOptions: { 'cluster-size': 512, 'refcount-bits': 64 }, supports: { discardReadsZero: true } });
driverConformance('qcow2', { createOptions: { version: 'v2', 'cluster-size': 4096 }, openOptions: { 'l2-cache-size': 8192 }, supports: { discardReadsZero: true } });
