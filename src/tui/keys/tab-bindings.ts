import type { TabHost } from '../monitor-tabs.ts';
import type { KeyBinding } from './key-bindings.ts';

/** The keys that turn to other connections. */
export function tabBindings(host: TabHost): KeyBinding[] {
  return [
    { when: 'anywhere', keys: ['alt+n', 'ctrl+pagedown'], action: { effect: 'tab-next' }, description: 'the next tab (connect ADDRESS opens one)' },
    { when: 'anywhere', keys: ['alt+p', 'ctrl+pageup'], action: { effect: 'tab-previous' }, description: 'the tab before' },
    ...Array.from({ length: 9 }, (_, index): KeyBinding => ({
      name: `tab-${index + 1}`, when: 'anywhere', keys: [`alt+${index + 1}`], action: { perform: () => host.show(index + 1) },
      description: `tab ${index + 1}`, series: 'the tab of that number',
    })),
  ];
}
