import { defineAction } from 'astro:actions';
import { FormError, type FormDone } from '~/lib/forms.ts';
import { messageForm } from './messages.ts';
import { sendMessage } from './messages.server.ts';

export const messageActions = {
  sendMessage: defineAction({
    accept: 'form',
    input: messageForm,
    handler: async ({ id, messageId, body }, { url, locals: { db } }): Promise<FormDone> => {
      const outcome = (await sendMessage(db, id, messageId, body)) ?? 'not_found';
      if (outcome !== 'sent' && outcome !== 'already_sent')
        throw new FormError(`activities.message.${outcome}`);
      return { redirectTo: url.pathname, flash: `activities.message.${outcome}` };
    },
  }),
};
