import { describeRehearsals } from './rehearsals.ts';

describeRehearsals('QEMU');
