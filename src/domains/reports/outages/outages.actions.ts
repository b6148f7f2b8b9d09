import { defineAction } from 'astro:actions';
import { FormError, type FormDone } from '~/lib/forms.ts';
import { blockOf, postOutage, takeOutageDown } from './outages.server.ts';
import { outageForm, takeDownForm } from './outages.ts';

export const outageActions = {
  postOutage: defineAction({
    accept: 'form',
    input: outageForm,
    handler: async (outage, { locals: { db, block }, url }): Promise<FormDone> => {
      const blockId = block?.id ?? (await blockOf(db, outage.id));
      const outcome = blockId ? await postOutage(db, blockId, outage) : 'not_allowed';
      if (outcome !== 'posted') throw new FormError(`reports.outage.${outcome}`);
      return { redirectTo: url.pathname, flash: 'reports.outage.posted' };
    },
  }),

  takeOutageDown: defineAction({
    accept: 'form',
    input: takeDownForm,
    handler: async ({ reportId }, { locals: { db }, url }): Promise<FormDone> => {
      if (!(await takeOutageDown(db, reportId))) throw new FormError('reports.outage.not_there');
      return { redirectTo: url.pathname, flash: 'reports.outage.taken_down' };
    },
  }),
};
