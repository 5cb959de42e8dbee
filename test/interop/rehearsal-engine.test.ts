import { describeRehearsals } from './rehearsals.ts';

describeRehearsals('the engine');
