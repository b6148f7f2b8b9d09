import { defineAction } from 'astro:actions';
import { FieldError, FormError, type FormDone } from '~/lib/forms.ts';
import {
  confirmPhone,
  removeDevice,
  removePhone,
  saveMessageSettings,
  startPhone,
  subscribePush,
} from './messages.server.ts';
import { deviceForm, digitsForm, phoneForm, pushForm, settingsForm } from './messages.ts';

const page = '/konto/varsler';

export const messages = {
  save: defineAction({
    accept: 'form',
    input: settingsForm,
    handler: async (
      { shown, email, push, sms, ...rest },
      { locals: { db, person } },
    ): Promise<FormDone> => {
      if (!person) throw new FormError('form.not_sent');
      const chosen = { email, push, sms };
      const topics = Object.fromEntries(shown.map((channel) => [channel, chosen[channel]]));
      if (!(await saveMessageSettings(db, { ...rest, topics })))
        throw new FormError('form.not_sent');
      return { redirectTo: page, flash: 'messages.saved' };
    },
  }),

  startPhone: defineAction({
    accept: 'form',
    input: phoneForm,
    handler: async ({ phone }, { locals: { person, t } }): Promise<FormDone> => {
      if (!person?.memberships.length) throw new FormError('form.not_sent');
      const start = await startPhone(person.id, phone, (digits) =>
        t('messages.phone.sms', { digits }),
      );
      if (start !== 'sent') throw new FieldError('phone', `messages.phone.start.${start}`);
      return { redirectTo: `${page}#sms`, flash: 'messages.phone.start.sent' };
    },
  }),

  confirmPhone: defineAction({
    accept: 'form',
    input: digitsForm,
    handler: async ({ digits }, { locals: { db, person } }): Promise<FormDone> => {
      if (!person) throw new FormError('form.not_sent');
      const outcome = await confirmPhone(db, digits);
      if (outcome !== 'confirmed')
        throw new FieldError('digits', `messages.phone.outcome.${outcome}`);
      return { redirectTo: `${page}#sms`, flash: `messages.phone.outcome.${outcome}` };
    },
  }),

  removePhone: defineAction({
    accept: 'form',
    handler: async (_form, { locals: { db, person } }): Promise<FormDone> => {
      if (!person) throw new FormError('form.not_sent');
      await removePhone(db, person.id);
      return { redirectTo: page, flash: 'messages.phone.removed' };
    },
  }),

  subscribePush: defineAction({
    accept: 'form',
    input: pushForm,
    handler: async (subscription, { locals: { db } }): Promise<FormDone> => {
      if (!(await subscribePush(db, subscription))) throw new FormError('form.not_sent');
      return { redirectTo: `${page}#push`, flash: 'messages.push.switched_on' };
    },
  }),

  removeDevice: defineAction({
    accept: 'form',
    input: deviceForm,
    handler: async ({ id }, { locals: { db } }): Promise<FormDone> => {
      if (!(await removeDevice(db, id))) throw new FormError('form.not_sent');
      return { redirectTo: page, flash: 'messages.push.switched_off' };
    },
  }),
};
