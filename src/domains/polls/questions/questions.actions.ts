import { defineAction } from 'astro:actions';
import { FieldError, FormError, type FormDone } from '~/lib/forms.ts';
import { answerForm, askForm } from './questions.ts';
import { answerQuestion, askQuestion } from './questions.server.ts';

export const questionActions = {
  ask: defineAction({
    accept: 'form',
    input: askForm,
    handler: async ({ id, pollId, question }, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = (await askQuestion(db, id, pollId, question)) ?? 'not_allowed';
      if (outcome !== 'asked') throw new FormError(`polls.questions.ask.${outcome}`);
      return { redirectTo: `${url.pathname}#sporsmal`, flash: 'polls.questions.ask.asked' };
    },
  }),
  answer: defineAction({
    accept: 'form',
    input: answerForm,
    handler: async ({ id, answer, answeredAt }, { locals: { db }, url }): Promise<FormDone> => {
      const outcome = (await answerQuestion(db, id, answer, answeredAt ?? null)) ?? 'not_found';
      if (outcome === 'answer_missing') throw new FieldError('answer', 'form.required');
      if (outcome !== 'answered') throw new FormError(`polls.questions.answer.${outcome}`);
      return { redirectTo: url.pathname, flash: 'polls.questions.answer.answered' };
    },
  }),
};
