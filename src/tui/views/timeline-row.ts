import type { Timeline } from '../../shell/replay/player.ts';
import { cutStyled } from '../text/styled-text.ts';
import { theme } from '../theme.ts';
import { progressBar } from '../widgets/progress-bar.ts';

const keys = 'Space plays/pauses  ←→ 5 s  . next  +- speed';

/** Where a replay stands: playing or not, the time, the speed, and a bar. */
export function timelineRow({ positionMs, lengthMs, speed, isPlaying }: Timeline, width: number): string {
  const left = `${isPlaying ? 'playing' : 'paused '} ${timeText(positionMs)} / ${timeText(lengthMs)}  x${speed >= 1 ? speed : `1/${Math.round(1 / speed)}`}  `;
  const room = width - left.length - keys.length - 2;
  const cells = Math.max(8, Math.min(40, room > 8 ? room : width - left.length - 1));
  const bar = progressBar(lengthMs > 0 ? (positionMs / lengthMs) * 100 : 100, cells);
  const hint = room > 8 ? `  ${keys}` : '';
  return cutStyled(`${theme.accent(left + bar.done)}${theme.dim(bar.left + hint)}`, width);
}

/** '0:07.5', '12:03.0', '1:02:03.0'. */
export function timeText(milliseconds: number): string {
  const tenths = Math.floor(milliseconds / 100);
  const two = (value: number) => String(value).padStart(2, '0');
  const seconds = Math.floor(tenths / 10);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}.${tenths % 10}`;
}
