import { Calendar, type EventSourceFuncArg } from '@fullcalendar/core';
import dayGridPlugin from '@fullcalendar/daygrid';
import listPlugin from '@fullcalendar/list';
import { createSignal, onCleanup, onMount, Show } from 'solid-js';
import type { DrawnField } from './calendar.ts';

type Text = 'month' | 'week' | 'list' | 'previous' | 'next' | 'today' | 'empty' | 'failed';
interface Props {
  source: string;
  locale: string;
  /** The clock on the wall in Oslo. */
  now: string;
  texts: Record<Text, string>;
}

async function read(source: string, start: string, end: string) {
  const answer = await fetch(`${source}?start=${start.slice(0, 10)}&end=${end.slice(0, 10)}`);
  if (!answer.ok) throw new Error(`The calendar answered ${answer.status}`);
  return ((await answer.json()) as DrawnField[]).map(({ isCancelled, ...field }) => ({
    ...field,
    classNames: isCancelled ? ['is-cancelled'] : [],
  }));
}

/** Month, week and list. A month is too wide for a phone, so there it begins with the list. */
export default function MonthCalendar({ source, locale, now, texts }: Props) {
  const [failed, setFailed] = createSignal(false);
  let place!: HTMLDivElement;

  onMount(() => {
    const calendar = new Calendar(place, {
      plugins: [dayGridPlugin, listPlugin],
      views: { listNext: { type: 'list', duration: { days: 30 } } },
      initialView: matchMedia('(width >= 48rem)').matches ? 'dayGridMonth' : 'listNext',
      headerToolbar: {
        start: 'prev,next today',
        center: 'title',
        end: 'dayGridMonth,dayGridWeek,listNext',
      },
      buttonText: {
        today: texts.today,
        dayGridMonth: texts.month,
        dayGridWeek: texts.week,
        listNext: texts.list,
      },
      buttonHints: { prev: texts.previous, next: texts.next, today: texts.today },
      viewHint: '$0',
      noEventsText: texts.empty,
      locale,
      firstDay: 1,
      // No time zones are loaded: the clock times that are read are Oslo's already.
      timeZone: 'Europe/Oslo',
      now,
      height: 'auto',
      displayEventEnd: true,
      eventDisplay: 'block',
      eventTimeFormat: { hour: '2-digit', minute: '2-digit', hour12: false },
      events: ({ startStr, endStr }: EventSourceFuncArg) => read(source, startStr, endStr),
      eventSourceSuccess: () => void setFailed(false),
      eventSourceFailure: () => void setFailed(true),
    });
    calendar.render();
    place.querySelector('.fc-toolbar-title')?.setAttribute('aria-live', 'polite');
    onCleanup(() => calendar.destroy());
  });

  return (
    <>
      <Show when={failed()}>
        <p role="alert">{texts.failed}</p>
      </Show>
      <div ref={place} />
    </>
  );
}
