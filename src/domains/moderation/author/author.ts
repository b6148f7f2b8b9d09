import { z } from 'astro/zod';
import { text } from '~/lib/forms.ts';
import { lengths } from '~/lib/numbers.ts';
import { thing } from '~/domains/moderation/moderation.ts';

export const appealForm = z.object({ ...thing, appeal: text(lengths.appeals.body) });
