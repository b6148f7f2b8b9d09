import { defineAction } from 'astro:actions';
import { FormError, type FormDone } from '~/lib/forms.ts';
import {
  cancelDateForm,
  moveForm,
  restoreDateForm,
} from '~/domains/activities/write/series-form.ts';
import { cancelDate, findDate, moveDate, moveFollowing, restoreDate } from './series.server.ts';

const desk = (slug: string | undefined, id: string) => `/${slug}/drift/aktiviteter/${id}#datoer`;

type Outcome = Awaited<ReturnType<typeof moveFollowing>>;

const changed = ['moved', 'cancelled', 'restored'] as const;

/** Back to the activity with the outcome, or the form again with the reason. */
function done(outcome: Outcome, redirectTo: string): FormDone {
  const good = changed.find((one) => one === outcome);
  if (!good) throw new FormError(`activities.series.${outcome ?? 'not_found'}`);
  return { redirectTo, flash: `activities.series.${good}` };
}

/** Single dates of an activity, and dates with all that follow. */
export const seriesActions = {
  moveDate: defineAction({
    accept: 'form',
    input: moveForm,
    handler: async (input, { locals: { db, block } }): Promise<FormDone> => {
      const date = block && (await findDate(db, block.id, input.id, input.sessionId));
      if (!date) throw new FormError('activities.series.not_found');
      const outcome =
        input.scope === 'one' ? await moveDate(db, input) : await moveFollowing(db, date, input);
      return done(outcome, desk(block.slug, input.id));
    },
  }),
  cancelDate: defineAction({
    accept: 'form',
    input: cancelDateForm,
    handler: async (input, { locals: { db, block } }): Promise<FormDone> =>
      done(await cancelDate(db, input), desk(block?.slug, input.id)),
  }),
  restoreDate: defineAction({
    accept: 'form',
    input: restoreDateForm,
    handler: async ({ id, sessionId }, { locals: { db, block } }): Promise<FormDone> =>
      done(await restoreDate(db, sessionId), desk(block?.slug, id)),
  }),
};
