import type { Session } from '../shell/session.ts';
import { onKeys } from './keys/key-input.ts';
import type { KeyEvent } from './keys/key-event.ts';
import { Monitor } from './monitor.ts';
import type { MonitorOptions } from './run-monitor.tsx';
import { inCharset } from './screen/charset.ts';
import { sized } from './screen/frame.ts';
import type { Terminal } from './screen/frame.ts';
import { onProcessEnd } from './screen/on-process-end.ts';
import type { ProcessWatch } from './screen/on-process-end.ts';
import { TerminalModes } from './screen/terminal-modes.ts';
import { TerminalTheme } from './screen/terminal-theme.ts';

type Off = () => void;

/** What a monitor asks of the terminal that it shares with the monitors of other connections. */
export interface TabHost {
  /** Ends this monitor: the next one shows, and after the last one the program ends with this status. */
  leave(monitor: Monitor, status: number): void;
  /** Gives the terminal back and stops the process. */
  suspend(): void;
  /** Shows the tab so many further on. */
  turn(step: number): void;
  /** Shows the tab of that number, from 1. */
  show(number: number): void;
  /** Opens a tab on another far end; absent where nobody can. @throws Error when the address cannot be understood */
  readonly connect?: (address: string) => Promise<void>;
}

interface Tab {
  readonly monitor: Monitor;
  readonly session: Session;
  readonly offs: readonly Off[];
  /** Opened here, so that it is closed here. */
  readonly isOurs: boolean;
}

/** The terminal: its keys, modes and end, and the monitors that take turns in it, one for each connection. */
export class MonitorTabs implements TabHost {
  readonly connect?: (address: string) => Promise<void>;
  readonly #options: MonitorOptions;
  readonly #terminal: Terminal;
  readonly #modes: TerminalModes;
  readonly #theme: TerminalTheme;
  readonly #offs: Off[] = [];
  readonly #closing: Promise<void>[] = [];
  #tabs: readonly Tab[] = [];
  #shown = 0;
  #process: ProcessWatch | undefined;
  #isOver = false;
  #isSuspended = false;
  #resolve: (status: number) => void = () => undefined;

  constructor(options: MonitorOptions) {
    this.#options = options;
    this.#terminal = inCharset(sized(options.stdout), options.env);
    this.#modes = new TerminalModes(options.stdin, options.stdout);
    this.#theme = new TerminalTheme({
      settings: options.session.settings, env: options.env, write: (text) => this.#terminal.write(text), onChange: () => this.#monitor?.restyle(),
    });
    const { openSession } = options;
    if (openSession) this.connect = async (address) => this.#add(await openSession(address), {});
  }

  /** Runs until somebody leaves; the terminal is as it was then. */
  async run(): Promise<number> {
    const { session, stdin, typeAhead, skeleton, guestLabel, replay, banner } = this.#options;
    const over = new Promise<number>((resolve) => { this.#resolve = resolve; });
    this.#modes.enter();
    this.#theme.choose();
    this.#watch();
    this.#add(session, { isOurs: false, skeleton, guestLabel, replay, banner });
    this.#offs.push(onKeys(stdin, typeAhead, { onKeys: (events) => this.#onKeys(events), onReply: (reply) => this.#theme.take(reply) }));
    const status = await over;
    await Promise.all(this.#closing);
    return status;
  }

  leave(monitor: Monitor, status: number): void {
    if (status !== 0 || this.#tabs.length <= 1) return this.#end(status);
    this.#remove(this.#tabs.findIndex((tab) => tab.monitor === monitor));
  }

  suspend(): void {
    this.#isSuspended = true;
    this.#monitor?.hide();
    this.#modes.leave();
    this.#process?.stop();
    // Where no shell could continue it, the process was not stopped and no SIGCONT comes.
    setTimeout(() => this.#isSuspended && this.#resume(), 100);
  }

  turn(step: number): void {
    this.#show((this.#shown + step + this.#tabs.length) % this.#tabs.length);
  }

  show(number: number): void {
    if (number <= this.#tabs.length) this.#show(number - 1);
  }

  get #monitor(): Monitor | undefined {
    return this.#tabs[this.#shown]?.monitor;
  }

  #watch(): void {
    const { stdin, stdout } = this.#options;
    const onResize = () => this.#monitor?.resized();
    const onLost = () => this.#end(129);
    stdout.on('resize', onResize);
    for (const stream of [stdin, stdout]) stream.on('error', onLost);
    stdin.on('end', onLost);
    this.#process = onProcessEnd({
      onSignal: (status) => this.#end(status),
      onCrash: (error) => this.#crash(error),
      onExit: () => this.#close(),
      onSuspend: () => this.suspend(),
      onContinue: () => this.#resume(),
    });
    this.#offs.push(() => stdout.off('resize', onResize), () => stdin.off('end', onLost), this.#process.off, this.#theme.off);
  }

  #add(session: Session, given: Pick<MonitorOptions, 'skeleton' | 'guestLabel' | 'replay' | 'banner'> & { readonly isOurs?: boolean }): void {
    const { env } = this.#options;
    const { isOurs = true, banner = [], ...rest } = given;
    this.#monitor?.hide();
    const monitor = new Monitor({ ...rest, session, env, terminal: this.#terminal, host: this });
    const offs = [session.link.onState(() => this.#tellTabs())];
    this.#tabs = [...this.#tabs, { monitor, session, isOurs, offs }];
    this.#shown = this.#tabs.length - 1;
    monitor.start(banner);
    if (this.#tabs.length > 1) this.#announce();
    this.#tellTabs();
  }

  /** Closing a tab leaves its far end; what runs there goes on. */
  #remove(index: number): void {
    const tab = this.#tabs[index];
    if (tab === undefined) return;
    this.#closeTab(tab);
    this.#tabs = this.#tabs.filter((other) => other !== tab);
    if (index < this.#shown) this.#shown--;
    else if (index === this.#shown) {
      this.#shown = Math.min(index, this.#tabs.length - 1);
      this.#monitor?.show();
      this.#announce();
    }
    this.#tellTabs();
  }

  #closeTab({ monitor, session, offs, isOurs }: Tab): void {
    for (const off of offs) off();
    monitor.close();
    if (isOurs) this.#closing.push(session.close());
  }

  #show(index: number): void {
    if (index === this.#shown) return;
    this.#monitor?.hide();
    this.#shown = index;
    this.#monitor?.show();
    this.#announce();
    this.#tellTabs();
  }

  /** Whose output follows. */
  #announce(): void {
    const tab = this.#tabs[this.#shown];
    tab?.monitor.announce(`tab ${this.#shown + 1}: ${tab.session.link.label}`);
  }

  #tellTabs(): void {
    const tabs = this.#tabs.map(({ session }) => ({ label: session.link.label, state: session.link.state.state }));
    this.#monitor?.tellTabs({ tabs, shown: this.#shown });
  }

  #onKeys(events: readonly KeyEvent[]): void {
    for (const event of events) {
      if (this.#isOver) return;
      this.#monitor?.press(event);
    }
    // A key is on screen in the turn it came in.
    this.#monitor?.paint();
  }

  #resume(): void {
    if (this.#isOver || !this.#isSuspended) return;
    this.#isSuspended = false;
    this.#modes.renew();
    this.#monitor?.show();
  }

  #crash(error: unknown): void {
    this.#close();
    this.#resolve(1);
    process.stderr.write(`qmon: ${error instanceof Error ? error.stack ?? error.message : String(error)}\n`);
  }

  #end(status: number): void {
    this.#monitor?.hide();
    void this.#theme.settled().then(() => {
      this.#close();
      this.#resolve(status);
    });
  }

  /** Safe to call more than once. */
  #close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const off of this.#offs) off();
    // The one that shows comes last: its live block is what is on screen.
    for (const tab of this.#tabs) if (tab.monitor !== this.#monitor) this.#closeTab(tab);
    const shown = this.#tabs[this.#shown];
    if (shown) this.#closeTab(shown);
    this.#modes.leave();
  }
}
