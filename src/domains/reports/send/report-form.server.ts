import type { Block } from '~/domains/blocks/blocks.ts';
import type { Locale } from '~/i18n/index.ts';
import { isId } from '~/lib/forms.ts';
import type { Db } from '~/lib/supabase.ts';
import { findDraft, findSentNumber } from './drafts.server.ts';
import {
  findReportPlace,
  listFloors,
  listReportPlaces,
  listThings,
} from '~/domains/reports/places.server.ts';
import { findResponsibility } from '~/domains/reports/rules/responsibilities.server.ts';
import { findSimilar } from './similar.server.ts';
import { notAFault, reportStep, type Answers } from './steps.ts';

interface Asked {
  block: Block;
  /** My own flat. */
  flatId: string | null;
  answers: Answers;
  now: Date;
  locale: Locale;
}

/** Everything a step of "Meld feil" shows, by the answers in the address. */
export async function readForm(db: Db, { block, flatId, answers, now, locale }: Asked) {
  const { haster, hvor, hele, hva, steg } = answers;
  const utkast = answers.utkast && isId(answers.utkast) ? answers.utkast : undefined;
  const [place, draft] = await Promise.all([
    findReportPlace(db, block.id, hvor),
    utkast ? findDraft(db, block.id, utkast, now) : null,
  ]);
  const [things, floors] = await Promise.all([
    place ? listThings(db, place.kind) : [],
    place?.kind === 'stair' && !hele ? listFloors(db, place.id) : [],
  ]);
  const thing = things.find((one) => one === hva);
  const isTyped = steg === '5' && draft !== null;
  const step = reportStep({ haster, place, floors, thing, isTyped });
  const isFlat = place?.kind === 'flat';
  const [places, similar, responsibility, sentNumber] = await Promise.all([
    step === 2 && floors.length === 0 ? listReportPlaces(db, block.id, flatId) : [],
    step === 4 && place && thing ? findSimilar(db, place, thing, now) : null,
    step >= 4 && thing ? findResponsibility(db, thing, !isFlat, locale) : null,
    step === 4 && !draft && utkast ? findSentNumber(db, block.id, utkast) : null,
  ]);
  return {
    ...{ step, place, isFlat, places, floors, things, thing, draft, utkast },
    ...{ similar, responsibility, sentNumber },
    asksBoard: block.ownerType === 'borettslag_sameie' && place !== null && !isFlat,
    isElsewhere: step === 3 && hva === notAFault,
    /** The answers that hold: nothing invented. */
    known: { haster, hvor: place?.id, hele, hva: thing, utkast } satisfies Answers,
  };
}
