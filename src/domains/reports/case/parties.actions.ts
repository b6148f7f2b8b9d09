import { defineAction } from 'astro:actions';
import { FieldError, FormError, type FormDone } from '~/lib/forms.ts';
import { mergeReport, unmergeReport } from './merges.server.ts';
import { chase, objectTo, sharePhotos } from './parties.server.ts';
import { chaseForm, mergeForm, objectForm, shareForm, unmergeForm } from './parties.ts';

export const partyActions = {
  chase: defineAction({
    accept: 'form',
    input: chaseForm,
    handler: async ({ reportId, body }, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = await chase(db, reportId, body);
      if (outcome !== 'chased') throw new FormError(`reports.chase.${outcome}`);
      return { redirectTo: url.pathname, flash: 'reports.chase.chased' };
    },
  }),

  object: defineAction({
    accept: 'form',
    input: objectForm,
    handler: async ({ reportId }, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = await objectTo(db, reportId);
      if (outcome === 'not_allowed' || outcome === 'too_late' || outcome === 'not_found')
        throw new FormError(`reports.object.${outcome}`);
      return { redirectTo: url.pathname, flash: `reports.object.${outcome}` };
    },
  }),

  sharePhotos: defineAction({
    accept: 'form',
    input: shareForm,
    handler: async ({ reportId, areShared }, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = await sharePhotos(db, reportId, areShared === 'true');
      if (outcome !== 'shared' && outcome !== 'hidden')
        throw new FormError(`reports.share.${outcome}`);
      return { redirectTo: url.pathname, flash: `reports.share.${outcome}` };
    },
  }),

  merge: defineAction({
    accept: 'form',
    input: mergeForm,
    handler: async ({ reportId, into, number }, { locals: { db }, url }): Promise<FormDone> => {
      const target = Number(number || into);
      if (!target) throw new FieldError('number', 'form.required');
      const outcome = await mergeReport(db, reportId, target);
      if (outcome === 'wrong_target') throw new FieldError('number', 'reports.merge.wrong_target');
      if (outcome !== 'merged') throw new FormError(`reports.merge.${outcome}`);
      return { redirectTo: url.pathname, flash: 'reports.merge.merged' };
    },
  }),

  unmerge: defineAction({
    accept: 'form',
    input: unmergeForm,
    handler: async ({ reportId }, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = await unmergeReport(db, reportId);
      if (outcome !== 'unmerged') throw new FormError(`reports.merge.${outcome}`);
      return { redirectTo: url.pathname, flash: 'reports.merge.unmerged' };
    },
  }),
};
