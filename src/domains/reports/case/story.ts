import type { Question, Report } from '~/domains/reports/reports.ts';

export type StoryEvent = Report['events'][number];
export type StoryMessage = Report['messages'][number];

/** What happened with what was said about it; a message or a question of its own has no event. */
export type StoryEntry = { at: Date } & (
  | { entry: 'event'; event: StoryEvent; texts: StoryMessage[] }
  | { entry: 'message'; message: StoryMessage }
  | { entry: 'question'; question: Question }
);

const order = { event: 0, question: 1, message: 2 };

/** Events with their texts, messages and questions as one story, oldest first. */
export function story({
  events,
  messages,
  questions,
}: Pick<Report, 'events' | 'messages' | 'questions'>): StoryEntry[] {
  const known = new Set<number | null>(events.map(({ id }) => id));
  const entries: StoryEntry[] = [
    ...events.map((event) => ({
      entry: 'event' as const,
      at: event.at,
      event,
      texts: messages.filter(({ eventId }) => eventId === event.id),
    })),
    ...messages
      .filter(({ eventId }) => !known.has(eventId))
      .map((message) => ({ entry: 'message' as const, at: message.at, message })),
    ...questions.map((question) => ({
      entry: 'question' as const,
      at: question.askedAt,
      question,
    })),
  ];
  const idOf = (one: StoryEntry) => (one.entry === 'event' ? one.event.id : 0);
  return entries.sort(
    (a, b) =>
      a.at.getTime() - b.at.getTime() || order[a.entry] - order[b.entry] || idOf(a) - idOf(b),
  );
}

/** The text of the change to the current status. */
export function reasonNow({
  events,
  messages,
}: Pick<Report, 'events' | 'messages'>): StoryMessage | null {
  const last = Math.max(...events.filter(({ to }) => to).map(({ id }) => id));
  return messages.find(({ eventId }) => eventId === last) ?? null;
}
