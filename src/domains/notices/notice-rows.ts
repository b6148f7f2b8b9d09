import type { Tables } from '~/lib/database.types.ts';
import { languages } from '~/i18n/languages.ts';
import { spacePhotoSize } from '~/lib/space-photo-name.ts';
import type { Notice, NoticePhoto, NoticeTranslation } from './notices.ts';

/** What is asked of a notice, with its parts; `noticeOf` reads it. */
export const noticeFields =
  `id, class, title, body, audience, state, published_at, ends_at, version, changed_at,
  notice_translations (language, title, body, source_version),
  notice_photos (path, alternative_text, kind, has_consent, hidden_at)` as const;

type TranslationRow = Pick<
  Tables<'notice_translations'>,
  'language' | 'title' | 'body' | 'source_version'
>;
type PhotoRow = Pick<
  Tables<'notice_photos'>,
  'path' | 'alternative_text' | 'kind' | 'has_consent' | 'hidden_at'
>;
type NoticeRow = Omit<Tables<'notices'>, 'block_id' | 'told_at' | 'created_at' | 'reader_count'> & {
  notice_translations: TranslationRow[];
  notice_photos: PhotoRow[];
};

const moment = (at: string | null) => (at ? new Date(at) : null);

export function noticeOf(row: NoticeRow): Notice {
  const { id, title, body, audience, state, version } = row;
  return {
    ...{ id, class: row.class, title, body, audience, state, version },
    publishedAt: moment(row.published_at),
    endsAt: moment(row.ends_at),
    changedAt: moment(row.changed_at),
    photo: row.notice_photos.map(photoOf)[0] ?? null,
    translations: translationsOf(row.notice_translations),
  };
}

const photoOf = (row: PhotoRow): NoticePhoto => ({
  path: row.path,
  alt: row.alternative_text,
  kind: row.kind,
  hasConsent: row.has_consent,
  ...spacePhotoSize(row.path),
  isHidden: row.hidden_at !== null,
});

/** In the order of our languages. */
const translationsOf = (found: TranslationRow[]): NoticeTranslation[] =>
  languages.flatMap((language) => {
    const row = found.find((one) => one.language === language);
    return row
      ? { language, title: row.title, body: row.body, sourceVersion: row.source_version }
      : [];
  });
