import type { IconName } from './icons.ts';

/** What a colour means here. Each tone has its icon too, so that colour is never alone. */
export const tones = {
  neutral: { className: 'tone tone-neutral', icon: 'info' },
  good: { className: 'tone tone-good', icon: 'check' },
  waiting: { className: 'tone tone-waiting', icon: 'clock' },
  bad: { className: 'tone tone-bad', icon: 'warning' },
} as const satisfies Record<string, { className: string; icon: IconName }>;

export type Tone = keyof typeof tones;
