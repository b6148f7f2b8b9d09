declare namespace App {
  interface Locals {
    requestId: string;
    /** Acts as the person of this request, under row-level security. */
    db: import('~/lib/supabase.ts').Db;
    person: import('~/domains/residents/residents.ts').Person | null;
    /** The building of `/[gard]/…`; null on other pages. */
    block: import('~/domains/blocks/blocks.ts').Block | null;
    locale: import('~/i18n/index.ts').Locale;
    t: import('~/i18n/index.ts').Translate;
    /** The refused form of this request, by action name. */
    refused: { action: string; form: import('~/lib/forms.ts').FormState } | null;
    /** One-time message after a successful form. */
    flash: import('~/i18n/index.ts').MessageKey | null;
    /** One instant for the whole page. */
    now: Date;
  }
}
