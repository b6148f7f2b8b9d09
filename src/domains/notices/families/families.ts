import { z } from 'astro/zod';

/** Whether somebody wants what is meant for families with children. */
export const familyForm = z.object({ wants: z.enum(['ja', 'nei']) });
