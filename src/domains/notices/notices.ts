import type { Locale } from '~/i18n/index.ts';
import type { Enums } from '~/lib/database.types.ts';
import { ownLanguage, type Language } from '~/i18n/languages.ts';
import { chooseWords, phoneLanguage, wordsOf, type Words } from '~/lib/languages.ts';

export type NoticeClass = Enums<'notice_class'>;
export const noticeClasses = ['ordinary', 'important', 'urgent'] as const satisfies NoticeClass[];
export type NoticeAudience = Enums<'notice_audience'>;
export type NoticeAct = Enums<'notice_act'>;
export type NoticeOutcome = Enums<'notice_outcome'>;
export type NoticePhotoKind = Enums<'notice_photo_kind'>;

export interface NoticePhoto {
  /** The name of the file, with its size in it. */
  path: string;
  alt: string;
  kind: NoticePhotoKind;
  hasConsent: boolean;
  width: number;
  height: number;
  /** Somebody wants it removed and nobody has looked at it yet: on no page but the desk. */
  isHidden: boolean;
}

/** The words in another language; `sourceVersion` is the version of the original they were made of. */
export interface NoticeTranslation {
  language: Language;
  title: string;
  body: string;
  sourceVersion: number;
}

export interface Notice {
  id: string;
  class: NoticeClass;
  title: string;
  body: string;
  audience: NoticeAudience;
  state: Enums<'notice_state'>;
  /** Since or from when it is seen; of a draft, when that is meant to be. */
  publishedAt: Date | null;
  endsAt: Date | null;
  version: number;
  /** When its words were changed after somebody may have read them. */
  changedAt: Date | null;
  photo: NoticePhoto | null;
  translations: NoticeTranslation[];
}

export type NoticeStanding = 'draft' | 'planned' | 'current' | 'ended' | 'withdrawn';

/** How it stands now: who it is for sees it while it is `current`. */
export function standingOf({ state, publishedAt, endsAt }: Notice, now: Date): NoticeStanding {
  if (state !== 'published') return state;
  if (publishedAt && publishedAt > now) return 'planned';
  return endsAt && endsAt <= now ? 'ended' : 'current';
}

/** Words of a notice; outdated when the original was changed after they were translated. */
export type NoticeWords = Words<string> & { isOutdated: boolean };

/** All there is, the original first. */
export const allWords = (notice: Notice): [NoticeWords, ...NoticeWords[]] => [
  { ...wordsOf({ ...notice, language: ownLanguage }), isOutdated: false },
  ...notice.translations.map((one) => ({
    ...wordsOf(one),
    isOutdated: one.sourceVersion < notice.version,
  })),
];

/** The words for a reader, in the first of these languages that there is. */
export const wordsFor = (notice: Notice, languages: (string | null)[]): NoticeWords =>
  chooseWords(allWords(notice), ...languages);

/** The languages a reader wants, the dearest first: asked for in the address, the portal's, else that of the phone. */
export const readerLanguages = (request: Request, locale: Locale): (string | null)[] => [
  new URL(request.url).searchParams.get('sprak'),
  locale === ownLanguage ? phoneLanguage(request.headers.get('accept-language')) : locale,
];
