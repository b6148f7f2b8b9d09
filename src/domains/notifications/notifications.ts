import type { MessageKey } from '~/i18n/index.ts';
import type { Enums } from '~/lib/database.types.ts';

type Kind = Enums<'notification_kind'>;
type Page = Enums<'notification_page'>;

/**
 * Something somebody was told. The words of a message are made from the kind and say nothing of what it is about: it may be read by
 * others than its receiver, and nobody may learn from it what somebody takes part in.
 */
export interface Notification {
  id: string;
  kind: Kind;
  createdAt: Date;
  /** Where it leads, in which building, and what the address of the thing there ends with. */
  page: Page;
  blockSlug: string;
  /** Null when it is about nothing; also of a case or a notice that I may no longer read. */
  thing: string | null;
  /** The kind asks for an answer. Whether one was given is known by the thing itself, so a list of messages does not show it. */
  wantsAnswer: boolean;
  /** A person who did not cause this should report it. */
  warnsOfMisuse: boolean;
  /** Of the vote or the proposal, on the page alone: what is sent out never has it. Null too when I may no longer read it. */
  title: string | null;
  /** What those who run it wrote, or why the consultant did it; null when there is nothing, or I may no longer read it. */
  message: string | null;
  /** Why the consultant did what it is about, as it is stored. */
  reason: string | null;
}

/** What the person is told, in a sentence. */
export const wordsOf = (kind: Kind): MessageKey => `notifications.kind.${kind}`;
/** What a message of this kind is called, among what is kept of somebody. */
export const nameOf = (kind: Kind): MessageKey => `notifications.name.${kind}`;

/** The page of the thing, or the list when there is none to show. */
const under = (list: string, thing: string | null, part = '') =>
  thing ? `${list}/${thing}${part}` : list;

/** Tasks are where they are done: a host's answer, what is late. Everything else is on its page. */
const pages = {
  activity: (home, thing) => under(`${home}/aktiviteter`, thing),
  activity_desk: (home, thing) => under(`${home}/drift/aktiviteter`, thing),
  report: (home, thing) => under(`${home}/saker`, thing),
  proposal: (home, thing) => under(`${home}/forslag`, thing),
  poll: (home, thing) => under(`${home}/avstemninger`, thing),
  poll_questions: (home, thing) => under(`${home}/avstemninger`, thing, '#sporsmal'),
  poll_count: (home, thing) => under(`${home}/drift/avstemninger`, thing, '/telling'),
  poll_follow_up: (home, thing) => under(`${home}/drift/avstemninger`, thing, '/oppfolging'),
  notice: (home, thing) => under(`${home}/oppslag`, thing),
  notice_desk: (home, thing) => under(`${home}/drift/oppslag`, thing),
  home: (home) => home,
  join_without_code: () => '/bli-med/uten-kode',
  my_pause: () => '/mitt#pause',
  // What staff did that is about me, and why.
  staff_acts: () => '/konto/mine-data#ansatte',
} satisfies Record<Page, (home: string, thing: string | null) => string>;

/** The address a notification leads to, without the host. */
export const hrefOf = ({
  page,
  blockSlug,
  thing,
}: Pick<Notification, 'page' | 'blockSlug' | 'thing'>): string =>
  pages[page](`/${blockSlug}`, thing);
