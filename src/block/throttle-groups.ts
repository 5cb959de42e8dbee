import { QapiError } from '../qapi/qapi-error.ts';
import { systemClock } from '../util/clock.ts';
import type { TimerClock } from '../util/clock.ts';
import { ThrottleGroup } from './throttle-group.ts';
import type { ThrottleMember } from './throttle-group.ts';
import { checkThrottleLimits } from './throttle-limits.ts';
import type { ThrottleLimits } from './throttle-limits.ts';

/** The throttle groups by name: a group lives while it has members, or as long as the object that it was made for. */
export class ThrottleGroups {
  readonly #clock: TimerClock;
  readonly #groups = new Map<string, ThrottleGroup>();
  readonly #objects = new Set<string>();

  constructor(clock: TimerClock = systemClock) {
    this.#clock = clock;
  }

  find(name: string): ThrottleGroup | undefined {
    return this.#groups.get(name);
  }

  /** Joins the group, which is made on first use and does not limit anything before it is configured. */
  join(name: string): ThrottleMember {
    let group = this.#groups.get(name);
    if (group === undefined) this.#groups.set(name, group = new ThrottleGroup(name, this.#clock));
    return group.join();
  }

  /** Leaves the group; what waits is started. */
  leave(member: ThrottleMember): void {
    const { group } = member;
    group.leave(member);
    if (group.members.length === 0 && !this.#objects.has(group.name)) this.#groups.delete(group.name);
  }

  /** Makes the group of a throttle-group object. @throws QapiError when the name is taken or the limits make no sense */
  define(name: string, limits: ThrottleLimits): ThrottleGroup {
    if (this.#groups.has(name)) throw new QapiError('A group with this name already exists');
    checkThrottleLimits(limits);
    const group = new ThrottleGroup(name, this.#clock);
    group.configure(limits);
    this.#groups.set(name, group);
    this.#objects.add(name);
    return group;
  }

  /** Forgets the object; the group goes with its last member. */
  undefine(name: string): void {
    this.#objects.delete(name);
    if (this.#groups.get(name)?.members.length === 0) this.#groups.delete(name);
  }

  /** Lets everything pass from now on: nothing waits any more, so that all can be closed. */
  release(): void {
    for (const { members } of this.#groups.values()) {
      for (const member of members) member.letPass();
    }
  }
}
