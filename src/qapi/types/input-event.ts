import { bool, described, enumeration, int, struct, union } from '../schema.ts';
import type { Infer, Struct } from '../schema.ts';
import { qKeyCode } from './q-key-code.ts';

const wrapped = <T>(name: string, data: Struct<T>) => struct(`${name}Wrapper`, { data });

const keyValue = union<{ type: 'number'; data: Infer<typeof int> } | { type: 'qcode'; data: Infer<typeof qKeyCode> }>({
  name: 'KeyValue',
  base: { type: enumeration('KeyValueKind', ['number', 'qcode']) },
  discriminator: 'type',
  branches: { number: struct('IntWrapper', { data: int }), qcode: struct('QKeyCodeWrapper', { data: qKeyCode }) },
});

const down = described(bool, 'pressed, not released');

const inputKeyEvent = struct('InputKeyEvent', { key: keyValue, down });

const inputBtnEvent = struct('InputBtnEvent', {
  button: enumeration('InputButton', ['left', 'middle', 'right', 'wheel-up', 'wheel-down', 'side', 'extra', 'wheel-left', 'wheel-right']),
  down,
});

const inputMoveEvent = struct('InputMoveEvent', {
  axis: enumeration('InputAxis', ['x', 'y']),
  value: described(int, 'relative steps, or 0 to 0x7fff across the screen'),
});

/** A key, a button or a movement: `{type, data}`. */
export interface InputEvent {
  type: 'key' | 'btn' | 'rel' | 'abs';
  data: Infer<typeof inputKeyEvent> | Infer<typeof inputBtnEvent> | Infer<typeof inputMoveEvent>;
}

export const inputEvent = union<InputEvent>({
  name: 'InputEvent',
  base: { type: enumeration('InputEventKind', ['key', 'btn', 'rel', 'abs']) },
  discriminator: 'type',
  branches: {
    key: wrapped('InputKeyEvent', inputKeyEvent),
    btn: wrapped('InputBtnEvent', inputBtnEvent),
    rel: wrapped('InputMoveEvent', inputMoveEvent),
    abs: wrapped('InputMoveEvent', inputMoveEvent),
  },
});
