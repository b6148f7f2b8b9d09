import { defineAction } from 'astro:actions';
import { showOnce } from '~/lib/cookies.ts';
import { FieldError, FormError, type FormDone } from '~/lib/forms.ts';
import { signingSecret } from './outbox.server.ts';
import { outboxSettings } from './settings.server.ts';
import {
  addWebhook,
  makeKey,
  removeWebhook,
  renewWebhook,
  resendFailed,
  revokeKey,
  saveIntake,
  tryWebhook,
} from './systems.server.ts';
import { intakeForm, keyForm, oneForm, webhookForm } from './systems.ts';

const page = '/boligbygg/systemer';

export const systems = {
  makeKey: defineAction({
    accept: 'form',
    input: keyForm,
    handler: async ({ name, scopes }, context): Promise<FormDone> => {
      const secret = await makeKey(context.locals.db, name, scopes);
      if (!secret) throw new FormError('systems.key.too_many');
      showOnce(context, secret, 'api-key');
      return { redirectTo: page };
    },
  }),

  revokeKey: defineAction({
    accept: 'form',
    input: oneForm,
    handler: async ({ id }, { locals: { db } }): Promise<FormDone> => {
      if (!(await revokeKey(db, id))) throw new FormError('form.not_sent');
      return { redirectTo: page, flash: 'systems.key.revoked' };
    },
  }),

  addWebhook: defineAction({
    accept: 'form',
    input: webhookForm,
    handler: async (endpoint, context): Promise<FormDone> => {
      const { key, allowPrivate } = outboxSettings();
      if (!allowPrivate && !endpoint.url.startsWith('https://'))
        throw new FieldError('url', 'systems.webhook.url_invalid');
      if (!(await addWebhook(context.locals.db, endpoint))) throw new FormError('form.not_sent');
      showOnce(context, signingSecret(key, endpoint.id, 1), 'webhook');
      return { redirectTo: `${page}#webhooks` };
    },
  }),

  renewWebhook: defineAction({
    accept: 'form',
    input: oneForm,
    handler: async ({ id }, context): Promise<FormDone> => {
      const { db, now } = context.locals;
      const version = await renewWebhook(db, id, now);
      if (!version) throw new FormError('form.not_sent');
      showOnce(context, signingSecret(outboxSettings().key, id, version), 'webhook');
      return { redirectTo: `${page}#webhooks` };
    },
  }),

  removeWebhook: defineAction({
    accept: 'form',
    input: oneForm,
    handler: async ({ id }, { locals: { db, now } }): Promise<FormDone> => {
      if (!(await removeWebhook(db, id, now))) throw new FormError('form.not_sent');
      return { redirectTo: page, flash: 'systems.webhook.removed' };
    },
  }),

  tryWebhook: defineAction({
    accept: 'form',
    input: oneForm,
    handler: async ({ id }, { locals: { db } }): Promise<FormDone> => {
      if (!(await tryWebhook(db, id))) throw new FormError('form.not_sent');
      return { redirectTo: page, flash: 'systems.webhook.tried' };
    },
  }),

  resendFailed: defineAction({
    accept: 'form',
    input: oneForm,
    handler: async ({ id }, { locals: { db } }): Promise<FormDone> => {
      if (!(await resendFailed(db, id))) throw new FormError('form.not_sent');
      return { redirectTo: page, flash: 'systems.webhook.resent' };
    },
  }),

  resendIntake: defineAction({
    accept: 'form',
    handler: async (_form, { locals: { db } }): Promise<FormDone> => {
      if (!(await resendFailed(db))) throw new FormError('form.not_sent');
      return { redirectTo: page, flash: 'systems.webhook.resent' };
    },
  }),

  saveIntake: defineAction({
    accept: 'form',
    input: intakeForm,
    handler: async ({ intakeEmail }, { locals: { db } }): Promise<FormDone> => {
      if (!(await saveIntake(db, intakeEmail))) throw new FormError('form.not_sent');
      return { redirectTo: page, flash: 'systems.email.saved' };
    },
  }),
};
