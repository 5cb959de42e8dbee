import { constants } from 'node:os';
import type { Off } from '../../qmp/link.ts';

const ending = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const;

export interface ProcessEndings {
  /** A signal asks the program to end; `status` is 128 + its number. */
  onSignal(status: number): void;
  /** Something failed that nobody caught. */
  onCrash(error: unknown): void;
  /** The last moment: only synchronous work. */
  onExit(): void;
  /** The terminal shall be given back while the program is stopped. */
  onSuspend(): void;
  /** The program goes on after a stop. */
  onContinue(): void;
}

/** The process as something that ends and stops. */
export interface ProcessWatch {
  readonly off: Off;
  /** Stops the process as Ctrl-Z does where the terminal is not raw. Returns when it goes on, at once where nobody could continue it. */
  readonly stop: () => void;
}

/** Tells of every way in which the process may end or stop. */
export function onProcessEnd(endings: ProcessEndings): ProcessWatch {
  const onStop = () => endings.onSuspend();
  const listeners: [string, (value: unknown) => void][] = [
    ...ending.map((name): [string, (value: unknown) => void] => [name, () => endings.onSignal(128 + constants.signals[name])]),
    ['SIGTSTP', onStop],
    ['SIGCONT', () => endings.onContinue()],
    ['uncaughtException', (error: unknown) => endings.onCrash(error)],
    ['unhandledRejection', (error: unknown) => endings.onCrash(error)],
    ['exit', () => endings.onExit()],
  ];
  const emitter: NodeJS.EventEmitter = process;
  for (const [name, listener] of listeners) emitter.on(name, listener);
  return {
    off: () => {
      for (const [name, listener] of listeners) emitter.off(name, listener);
    },
    stop: () => {
      // The signal only stops a process that does not listen to it; the whole group stops, as job control expects.
      emitter.off('SIGTSTP', onStop);
      process.kill(0, 'SIGTSTP');
      setTimeout(() => emitter.on('SIGTSTP', onStop), 0).unref();
    },
  };
}
