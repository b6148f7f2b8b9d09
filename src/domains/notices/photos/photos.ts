import { z } from 'astro/zod';
import type { Enums } from '~/lib/database.types.ts';
import { id, optionalText } from '~/lib/forms.ts';
import { lengths } from '~/lib/numbers.ts';

/** The wish to have a picture removed: no name, no reason needed. */
export const removalForm = z.object({
  id: id(),
  reason: optionalText(lengths.notice_photo_requests.reason),
});
export type RemovalOutcome = Enums<'photo_request_outcome'> | 'asked_already';
