import type { Poll } from '~/domains/polls/polls.ts';
import { setPoster } from '~/lib/poster.ts';
import { bridgeLanguage, ownLanguage } from '~/i18n/languages.ts';
import { wordsOf, type Words } from '~/lib/languages.ts';

/** Posters expect Markdown; the texts of a vote are plain. */
const literal = (text: string) => text.replace(/[\\`*_[\]()#+\-.!<>:@]/g, '\\$&');

/**
 * The text on the poster of a vote, with its options; without them when they do not all fit, because showing some would be
 * unfair. `english` says how to vote.
 */
export function voteWords(
  { title, decides, options }: Pick<Poll, 'title' | 'decides'> & { options: { title: string }[] },
  english: { title: string; body: string },
): [Words, Words] {
  const list = options.map((option) => `- ${literal(option.title)}`).join('\n');
  const words = (body: string): [Words, Words] => [
    wordsOf({ language: ownLanguage, title, body }),
    wordsOf({ language: bridgeLanguage, title: english.title, body: literal(english.body) }),
  ];
  const whole = words(`${literal(decides)}\n\n${list}`);
  const isCut = setPoster(whole, 1, 1).texts.some((text) => !text || text.endsWith(' …'));
  return isCut ? words(literal(decides)) : whole;
}
