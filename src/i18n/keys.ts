import type { nb } from './nb.ts';

export type MessageKey = keyof typeof nb;
