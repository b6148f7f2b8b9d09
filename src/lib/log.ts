import { LOG_LEVEL } from 'astro:env/server';
import pino from 'pino';

/** One JSON line per event on standard output. Never a body, name, code, e-mail or network address. */
export const log = pino({ level: LOG_LEVEL, base: null });
