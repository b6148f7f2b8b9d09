import { defineAction } from 'astro:actions';
import { FieldError, FormError, type FormDone } from '~/lib/forms.ts';
import { deskActions } from '~/domains/reports/desk/desk.actions.ts';
import { followForm, messageForm, statusForm } from './reports.ts';
import { addMessage, changeStatus, follow } from './reports.server.ts';
import { deadlineActions } from '~/domains/reports/rules/deadlines.actions.ts';
import { outageActions } from '~/domains/reports/outages/outages.actions.ts';
import { partyActions } from '~/domains/reports/case/parties.actions.ts';
import { questionActions } from '~/domains/reports/case/questions.actions.ts';
import { responsibilityActions } from '~/domains/reports/rules/responsibilities.actions.ts';
import { sendActions } from '~/domains/reports/send/send.actions.ts';

export const reports = {
  ...deadlineActions,
  ...outageActions,
  ...partyActions,
  ...questionActions,
  ...responsibilityActions,
  ...deskActions,
  ...sendActions,

  write: defineAction({
    accept: 'form',
    input: messageForm,
    handler: async (message, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = await addMessage(db, message);
      if (outcome !== 'sent') throw new FormError(`reports.message.${outcome}`);
      const flash = message.audience === 'internal' ? 'noted' : 'sent';
      return { redirectTo: url.pathname, flash: `reports.message.${flash}` };
    },
  }),

  changeStatus: defineAction({
    accept: 'form',
    input: statusForm,
    handler: async (
      { reportId, to, reason, waitingFor },
      { locals: { db }, url },
    ): Promise<FormDone> => {
      const outcome = await changeStatus(db, reportId, to, { reason, waitingFor });
      if (outcome === 'reason_missing')
        throw new FieldError('reason', 'reports.change.reason_missing');
      if (outcome === 'waiting_for_missing')
        throw new FieldError('waitingFor', 'reports.change.waiting_for_missing');
      if (outcome !== 'changed' && outcome !== 'unchanged')
        throw new FormError(`reports.change.${outcome}`);
      const own = ['confirmed', 'reopened', 'withdrawn'] as const;
      const said = own.find((one) => one === to) ?? (to === 'forwarded' ? 'sent_on' : 'changed');
      return { redirectTo: url.pathname, flash: `reports.change.${said}` };
    },
  }),

  follow: defineAction({
    accept: 'form',
    input: followForm,
    handler: async ({ reportId, isFollowing }, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = await follow(db, reportId, isFollowing);
      if (outcome === 'not_found' || outcome === 'finished' || outcome === 'own_report')
        throw new FormError(`reports.follow.${outcome}`);
      return { redirectTo: url.pathname, flash: `reports.follow.${outcome}` };
    },
  }),
};
