import { activities } from './activities.ts';
import { base } from './base.ts';
import { blocks } from './blocks.ts';
import { desk } from './desk.ts';
import { figures } from './figures.ts';
import { messages } from './messages.ts';
import { moderation } from './moderation.ts';
import type { Mutant } from './mutant.ts';
import { notices } from './notices.ts';
import { notifications } from './notifications.ts';
import { polls } from './polls.ts';
import { proposals } from './proposals.ts';
import { reports } from './reports.ts';
import { residents } from './residents.ts';
import { systems } from './systems.ts';

/** The mutants of each folder of supabase/schemas. */
export const MUTANTS: Record<string, Mutant[]> = {
  activities,
  base,
  blocks,
  desk,
  figures,
  messages,
  moderation,
  notices,
  notifications,
  polls,
  proposals,
  reports,
  residents,
  systems,
};
