import { defineAction } from 'astro:actions';
import { showOnce } from '~/lib/cookies.ts';
import { FormError, type FormDone } from '~/lib/forms.ts';
import { endCalendarLink, makeCalendarLink } from './calendar-links.server.ts';

export const calendarActions = {
  /** Also when there is one: the old one stops working. */
  makeCalendarLink: defineAction({
    accept: 'form',
    handler: async (_form, context): Promise<FormDone> => {
      const { db, person } = context.locals;
      const secret = person && (await makeCalendarLink(db));
      if (!secret) throw new FormError('form.not_sent');
      showOnce(context, secret, 'calendar');
      return { redirectTo: '/mitt#kalender' };
    },
  }),
  endCalendarLink: defineAction({
    accept: 'form',
    handler: async (_form, { locals: { db, person } }): Promise<FormDone> => {
      if (!person) throw new FormError('form.not_sent');
      await endCalendarLink(db, person.id);
      return { redirectTo: '/mitt', flash: 'activities.calendar.ended' };
    },
  }),
};
