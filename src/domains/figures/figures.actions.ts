import { defineAction } from 'astro:actions';
import { carry } from '~/lib/cookies.ts';
import { FormError, type FormDone } from '~/lib/forms.ts';
import { answerPulse } from './pulse.server.ts';
import { laterCookie, pulseForm, thisMonth } from './pulse.ts';

export const figures = {
  answerPulse: defineAction({
    accept: 'form',
    input: pulseForm,
    handler: async ({ answer, from }, { locals: { db, block } }) => {
      const outcome = block ? await answerPulse(db, block.id, answer) : 'not_asked';
      if (!block || outcome === 'not_asked') throw new FormError('figures.pulse.outcome.not_asked');
      return {
        redirectTo: from === 'page' ? `/${block.slug}/puls` : `/${block.slug}`,
        flash: `figures.pulse.outcome.${outcome}`,
      } satisfies FormDone;
    },
  }),
  askLater: defineAction({
    accept: 'form',
    handler: (_, context) => {
      carry(context, thisMonth(context.locals.now), laterCookie);
      return { redirectTo: `/${context.locals.block?.slug ?? ''}` } satisfies FormDone;
    },
  }),
};
