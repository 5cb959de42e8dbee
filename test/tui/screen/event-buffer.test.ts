import { describe, expect, it } from 'vitest';
import { EventBuffer } from '../../../src/tui/screen/event-buffer.ts';
import { LaterLine, lineText } from '../../../src/tui/screen/line.ts';
import { plainText } from '../../../src/tui/text/styled-text.ts';

describe('events between two paints', () => {
  it('are all kept as long as they can be read', () => {
    const buffer = new EventBuffer();
    buffer.add(['a', 'b']);
    buffer.add(['c']);
    expect(buffer.take()).toEqual(['a', 'b', 'c']);
    expect(buffer.take()).toEqual([]);
  });

  it('of a flood, the last ones are kept and the others counted, and no words are made for those', () => {
    const buffer = new EventBuffer();
    let made = 0;
    for (let number = 1; number <= 1000; number++) buffer.add([new LaterLine(() => `event ${number}, ${++made}`)]);
    const [note = '', ...kept] = buffer.take();
    expect(plainText(lineText(note))).toBe(`… ${1000 - kept.length} events are left out (F7 shows the last ones)`);
    expect(lineText(kept.at(-1) ?? '')).toBe('event 1000, 1');
    expect(lineText(kept.at(-1) ?? '')).toBe('event 1000, 1');
  });
});
