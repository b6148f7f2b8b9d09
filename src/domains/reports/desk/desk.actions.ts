import { defineAction } from 'astro:actions';
import { FieldError, FormError, type FormDone } from '~/lib/forms.ts';
import { assigneeForm, assignForm } from './assignees.ts';
import { listAssignees, saveAssignee } from './assignees.server.ts';
import { bulkForm, bulkResultText, queueAddress } from './queue.ts';
import { assign, changeMany } from './queue.server.ts';

/** What only the landlord does, from the queue and its settings. */
export const deskActions = {
  changeMany: defineAction({
    accept: 'form',
    input: bulkForm,
    handler: async ({ reportIds, ...change }, { locals: { db }, url }): Promise<FormDone> => {
      const { to, assignee, waitingFor, reason } = change;
      if (!to && !assignee) throw new FormError('reports.desk.nothing_chosen');
      if (to === 'waiting' && !waitingFor)
        throw new FieldError('waitingFor', 'reports.change.waiting_for_missing');
      if (to === 'closed' && !reason)
        throw new FieldError('reason', 'reports.change.reason_missing');
      const result = await changeMany(db, reportIds, change);
      const back = queueAddress(url, null);
      const mark = `resultat=${bulkResultText(result)}`;
      return { redirectTo: `${back}${back.includes('?') ? '&' : '?'}${mark}` };
    },
  }),

  assign: defineAction({
    accept: 'form',
    input: assignForm,
    handler: async ({ reportId, assignee }, { locals: { db }, url }): Promise<FormDone> => {
      const [answer] = await assign(db, [reportId], assignee);
      const outcome = answer?.outcome ?? 'not_found';
      if (outcome === 'not_found' || outcome === 'not_allowed' || outcome === 'wrong_assignee')
        throw new FormError(`reports.desk.outcome.${outcome}`);
      return { redirectTo: queueAddress(url, null), flash: `reports.desk.outcome.${outcome}` };
    },
  }),

  saveAssignee: defineAction({
    accept: 'form',
    input: assigneeForm,
    handler: async (
      { id, name, kind, state, me },
      { locals: { db, person }, url },
    ): Promise<FormDone> => {
      if (!person) throw new FormError('form.not_sent');
      const before = (await listAssignees(db)).find((one) => one.id === id);
      // A colleague's account stays theirs when somebody else saves the row.
      const others = before?.personId !== person.id ? (before?.personId ?? null) : null;
      const personId = kind === 'person' ? (me ? person.id : others) : null;
      const isActive = state === 'active';
      if (!(await saveAssignee(db, { id, name, kind, isActive, personId })))
        throw new FieldError('name', 'reports.desk.assignees.taken');
      return { redirectTo: url.pathname, flash: 'reports.desk.assignees.saved' };
    },
  }),
};
