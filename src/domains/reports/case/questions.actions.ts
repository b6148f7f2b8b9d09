import { defineAction } from 'astro:actions';
import { FieldError, FormError, FormRefusal, type FormDone } from '~/lib/forms.ts';
import { answerQuestion, askQuestion } from './questions.server.ts';
import { answerForm, questionForm, readTimes } from './questions.ts';

export const questionActions = {
  ask: defineAction({
    accept: 'form',
    input: questionForm,
    handler: async (
      { id, reportId, body, ...clocks },
      { locals: { db, now }, url },
    ): Promise<FormDone> => {
      const { times, errors } = readTimes(clocks, now);
      if (Object.keys(errors).length) throw new FormRefusal(errors);
      const outcome = await askQuestion(db, { id, reportId, body, times });
      if (outcome === 'closed') throw new FormError('reports.ask.finished');
      if (outcome !== 'asked') throw new FormError(`reports.ask.${outcome}`);
      return { redirectTo: url.pathname, flash: 'reports.ask.asked' };
    },
  }),

  answer: defineAction({
    accept: 'form',
    input: answerForm,
    handler: async (input, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = await answerQuestion(db, input);
      if (outcome === 'wrong_times')
        throw new FieldError(input.chosen ? 'chosen' : 'answer', 'reports.answer.wrong_times');
      if (outcome !== 'answered') throw new FormError(`reports.ask.${outcome}`);
      return { redirectTo: url.pathname, flash: 'reports.ask.answered' };
    },
  }),
};
