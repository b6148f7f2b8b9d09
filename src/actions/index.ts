import { activities } from '~/domains/activities/activities.actions.ts';
import { blocks } from '~/domains/blocks/blocks.actions.ts';
import { notices } from '~/domains/notices/notices.actions.ts';
import { reports } from '~/domains/reports/reports.actions.ts';
import { residents } from '~/domains/residents/residents.actions.ts';

export const server = { activities, blocks, notices, reports, residents };
