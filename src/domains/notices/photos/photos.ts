import { z } from 'astro/zod';
import type { Enums } from '~/lib/database.types.ts';
import { id, optionalText } from '~/lib/forms.ts';

/** The wish to have a picture removed: no name, no reason needed. */
export const removalForm = z.object({ id: id(), reason: optionalText(300) });
export type RemovalOutcome = Enums<'photo_request_outcome'> | 'asked_already';
