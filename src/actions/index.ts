import { activities } from '~/domains/activities/activities.actions.ts';
import { blocks } from '~/domains/blocks/blocks.actions.ts';
import { figures } from '~/domains/figures/figures.actions.ts';
import { messages } from '~/domains/messages/messages.actions.ts';
import { moderation } from '~/domains/moderation/moderation.actions.ts';
import { notices } from '~/domains/notices/notices.actions.ts';
import { polls } from '~/domains/polls/polls.actions.ts';
import { proposals } from '~/domains/proposals/proposals.actions.ts';
import { reports } from '~/domains/reports/reports.actions.ts';
import { residents } from '~/domains/residents/residents.actions.ts';
import { systems } from '~/domains/systems/systems.actions.ts';

export const server = {
  activities,
  blocks,
  figures,
  messages,
  moderation,
  notices,
  polls,
  proposals,
  reports,
  residents,
  systems,
};
