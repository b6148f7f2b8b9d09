import { blocks } from '~/domains/blocks/blocks.actions.ts';
import { notices } from '~/domains/notices/notices.actions.ts';
import { residents } from '~/domains/residents/residents.actions.ts';

export const server = { blocks, notices, residents };
