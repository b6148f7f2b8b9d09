import { defineAction } from 'astro:actions';
import { FormError, type FormDone } from '~/lib/forms.ts';
import { familyForm } from './families.ts';
import { setFamilyReader } from './families.server.ts';

export const familyActions = {
  chooseFamily: defineAction({
    accept: 'form',
    input: familyForm,
    handler: async ({ wants }, { url, locals: { db, person } }): Promise<FormDone> => {
      if (!person) throw new FormError('form.not_sent');
      await setFamilyReader(db, person.id, wants === 'ja');
      return { redirectTo: url.pathname, flash: `notices.families.said.${wants}` };
    },
  }),
};
