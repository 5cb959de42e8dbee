import { expect, it } from 'vitest';
import { settingRows } from '../../../src/shell/settings/setting-rows.ts';
import { panels } from '../../../src/tui/panel.ts';

it('the panels that can be set are those that there are', () => {
  expect(settingRows.panels.kind.words.filter((word) => !/^(all|none)$/.test(word)).sort()).toEqual([...panels.names].sort());
});
