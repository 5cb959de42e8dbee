import type { TimerClock } from '../util/clock.ts';
import type { ThrottleLimits } from './throttle-limits.ts';
import { ThrottleState } from './throttle-state.ts';
import type { ThrottleDirection } from './throttle-state.ts';

/** A request that waits for its turn. */
interface Waiting {
  readonly bytes: number;
  readonly start: () => void;
}

/** One user of a group, with its requests that wait. */
export class ThrottleMember {
  readonly group: ThrottleGroup;
  readonly waiting: Readonly<Record<ThrottleDirection, Waiting[]>> = { read: [], write: [] };
  /** How many want its requests to pass at once, whatever the limits. */
  #freers = 0;

  constructor(group: ThrottleGroup) {
    this.group = group;
  }

  /** Does the work when the limits allow it; `work` starts within the turn that lets it pass. */
  pass<T>(direction: ThrottleDirection, bytes: number, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.group.submit(this, direction, { bytes, start: () => void work().then(resolve, reject) });
    });
  }

  /** Its requests pass at once, whatever the limits. */
  get isFree(): boolean {
    return this.#freers > 0;
  }

  /** Starts every request that waits, and those that come until the returned function is called. */
  letPass(): () => void {
    this.#freers++;
    this.group.restart(this);
    return () => void this.#freers--;
  }

  /** Starts every request that waits, now. */
  flush(): void {
    this.letPass()();
  }
}

/** Members that share limits; their requests take turns. Imitates QEMU's order: a turn is a token that goes round for each direction. */
export class ThrottleGroup {
  readonly name: string;
  readonly #clock: TimerClock;
  readonly #members: ThrottleMember[] = [];
  #limits: ThrottleLimits = {};
  #state: ThrottleState;
  readonly #tokens: Record<ThrottleDirection, ThrottleMember | undefined> = { read: undefined, write: undefined };
  /** The member whose turn a timer will begin; at most one in each direction. */
  readonly #timers: Record<ThrottleDirection, { readonly member: ThrottleMember; readonly cancel: () => void } | undefined> =
    { read: undefined, write: undefined };

  constructor(name: string, clock: TimerClock) {
    this.name = name;
    this.#clock = clock;
    this.#state = new ThrottleState(this.#limits, clock.nowNs());
  }

  get limits(): ThrottleLimits {
    return this.#limits;
  }

  get members(): readonly ThrottleMember[] {
    return this.#members;
  }

  /** Sets new limits, with nothing counted yet; one request of the member passes at once, the others find the new limits. */
  configure(limits: ThrottleLimits, member?: ThrottleMember): void {
    this.#limits = limits;
    this.#state = new ThrottleState(limits, this.#clock.nowNs());
    if (member) this.restart(member);
  }

  join(): ThrottleMember {
    const member = new ThrottleMember(this);
    // QEMU puts newcomers in front.
    this.#members.unshift(member);
    for (const direction of ['read', 'write'] as const) this.#tokens[direction] ??= member;
    return member;
  }

  /** Takes a member out; what waits there is started. */
  leave(member: ThrottleMember): void {
    member.letPass();
    for (const direction of ['read', 'write'] as const) {
      if (this.#tokens[direction] !== member) continue;
      const next = this.#after(member);
      this.#tokens[direction] = next === member ? undefined : next;
    }
    this.#members.splice(this.#members.indexOf(member), 1);
  }

  /** Lets the request pass, now or when its turn has come. */
  submit(member: ThrottleMember, direction: ThrottleDirection, request: Waiting): void {
    const mustWait = this.#arm(this.#next(member, direction), direction);
    member.waiting[direction].push(request);
    if (!mustWait && member.waiting[direction].length === 1) this.#run(member, direction);
  }

  /** Runs the member's first request of each direction without asking, and then what the limits allow. */
  restart(member: ThrottleMember): void {
    for (const direction of ['read', 'write'] as const) {
      if (this.#timers[direction]?.member === member) {
        this.#timers[direction].cancel();
        this.#timers[direction] = undefined;
      }
      this.#run(member, direction);
    }
  }

  /** Starts the member's first request, and those after it that need not wait. */
  #run(member: ThrottleMember, direction: ThrottleDirection): void {
    let goesOn = true;
    while (goesOn) {
      const request = member.waiting[direction].shift();
      if (request) {
        this.#state.account(direction, request.bytes);
        request.start();
      }
      goesOn = this.#scheduleNext(member, direction);
    }
  }

  /** True when the member may go on at once; otherwise a timer begins the next turn, if anything waits. */
  #scheduleNext(member: ThrottleMember, direction: ThrottleDirection): boolean {
    const token = this.#next(member, direction);
    if (token.waiting[direction].length === 0 || this.#arm(token, direction)) return false;
    const goesOn = member.waiting[direction].length > 0;
    if (!goesOn) this.#setTimer(token, direction, this.#clock.nowNs());
    this.#tokens[direction] = goesOn ? member : token;
    return goesOn;
  }

  /** Whether the member has to wait: for the turn of another, or for a timer of its own that is set now. */
  #arm(member: ThrottleMember, direction: ThrottleDirection): boolean {
    if (member.isFree) return false;
    if (this.#timers[direction]) return true;
    const now = this.#clock.nowNs();
    const wait = this.#state.waitNs(direction, now);
    if (wait === 0n) return false;
    this.#tokens[direction] = member;
    this.#setTimer(member, direction, now + wait);
    return true;
  }

  #setTimer(member: ThrottleMember, direction: ThrottleDirection, deadlineNs: bigint): void {
    const cancel = this.#clock.at(deadlineNs, () => {
      this.#timers[direction] = undefined;
      this.#run(member, direction);
    });
    this.#timers[direction] = { member, cancel };
  }

  /** Whose turn is next: the first after the token that has something waiting, else the member that asks. */
  #next(member: ThrottleMember, direction: ThrottleDirection): ThrottleMember {
    const waits = ({ waiting }: ThrottleMember) => waiting[direction].length > 0;
    if (member.isFree && waits(member)) return member;
    const start = this.#tokens[direction] ?? member;
    let token = this.#after(start);
    while (token !== start && !waits(token)) token = this.#after(token);
    return waits(token) ? token : member;
  }

  #after(member: ThrottleMember): ThrottleMember {
    return this.#members[(this.#members.indexOf(member) + 1) % this.#members.length] ?? member;
  }
}
