import { writeFileSync } from 'node:fs';
import type { Link } from '../../qmp/link.ts';
import type { Settings } from '../settings/settings.ts';
import { Journal } from './journal.ts';
import { isTraffic, openJournalFile } from './journal-file.ts';
import type { JournalFile } from './journal-file.ts';
import { Transcript } from './transcript.ts';

/** What a replay must be able to answer even when nobody asked it while the recording ran. */
const seeds = [
  'query-qmp-schema', 'query-commands', 'query-version', 'query-status', 'query-block', 'query-blockstats', 'query-named-block-nodes',
  'query-block-jobs', 'query-jobs', 'query-block-exports',
];

/** The logs of this process: sessions side by side do not write into each other's. */
const openLogs = new Set<string>();

/** The file itself, or with a number behind it. */
function freeLog(file: string): string {
  let name = file;
  for (let number = 2; openLogs.has(name); number++) name = `${file}.${number}`;
  return name;
}

/** Everything of a session that is written down: the log, a recording, transcripts. */
export class Writings {
  readonly journal: Journal;
  readonly #link: Link;
  readonly #settings: Settings;
  readonly #transcript: Transcript;
  readonly #offs: (() => void)[];
  #log: JournalFile | undefined;
  /** Logs that were turned off and may not be written to their end. */
  readonly #closing: Promise<void>[] = [];
  #recording: JournalFile | undefined;
  /** Why the log that the settings name is not written. */
  #logProblem: string | undefined;

  constructor(link: Link, settings: Settings) {
    this.journal = new Journal(link);
    this.#link = link;
    this.#settings = settings;
    this.#transcript = new Transcript(this.journal, link);
    this.#offs = [settings.onChange((name) => name === 'log' && this.#openLog())];
    this.#openLog();
  }

  /** The file of the recording that is being made. */
  get recordingTo(): string | undefined {
    return this.#recording?.file;
  }

  /** What is not written as it should be. */
  get problem(): string | undefined {
    return this.#logProblem ?? this.#log?.problem ?? this.#recording?.problem;
  }

  /** Begins a recording. @throws the system's error when the file is there already or cannot be made */
  async record(file: string): Promise<void> {
    await this.stopRecording();
    this.#recording = openJournalFile(this.journal, { file, mode: 'new' });
    // What the far end lacks is an answer, too.
    await Promise.allSettled(seeds.map((command) => this.#link.execute(command, undefined, { deadlineMs: 5000 })));
  }

  /** @returns the file, when there was a recording */
  async stopRecording(): Promise<string | undefined> {
    const ended = this.#recording;
    this.#recording = undefined;
    await ended?.close();
    return ended?.file;
  }

  /** Writes what was seen so far. @throws the system's error, also when the file is there already */
  writeTranscript(file: string, format: 'markdown' | 'ndjson'): void {
    writeFileSync(file, this.#transcript[format](), { flag: 'wx', mode: 0o600 });
  }

  async close(): Promise<void> {
    for (const off of this.#offs) off();
    this.#transcript.close();
    if (this.#log) this.#closeLog(this.#log);
    await Promise.all([...this.#closing, this.#recording?.close()]);
  }

  #closeLog(log: JournalFile): void {
    openLogs.delete(log.file);
    this.#closing.push(log.close());
  }

  #openLog(): void {
    if (this.#log) this.#closeLog(this.#log);
    this.#log = undefined;
    this.#logProblem = undefined;
    const file = this.#settings.get('log');
    if (file === '') return;
    try {
      this.#log = openJournalFile(this.journal, { file: freeLog(file), mode: 'append', wants: isTraffic });
      openLogs.add(this.#log.file);
    } catch (error) {
      this.#logProblem = `the log is not written: ${(error as Error).message}`;
    }
  }
}
