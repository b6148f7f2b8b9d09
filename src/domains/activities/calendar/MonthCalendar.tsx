import { Calendar, type EventContentArg, type EventSourceFuncArg } from '@fullcalendar/core';
import dayGridPlugin from '@fullcalendar/daygrid';
import listPlugin from '@fullcalendar/list';
import { createSignal, onCleanup, onMount, Show } from 'solid-js';
import type { DrawnField } from './calendar.ts';

type Text =
  | 'month'
  | 'week'
  | 'list'
  | 'previous'
  | 'next'
  | 'today'
  | 'cancelled'
  | 'empty'
  | 'failed'
  | 'time'
  | 'event';
interface Props {
  source: string;
  locale: string;
  direction: 'ltr' | 'rtl';
  /** Wall-clock time in Oslo. */
  now: string;
  texts: Record<Text, string>;
}

async function read(source: string, start: string, end: string) {
  const answer = await fetch(`${source}?start=${start.slice(0, 10)}&end=${end.slice(0, 10)}`);
  if (!answer.ok) throw new Error(`The calendar answered ${answer.status}`);
  return ((await answer.json()) as DrawnField[]).map((field) => ({
    ...field,
    classNames: field.isCancelled ? ['is-cancelled'] : [],
  }));
}

const element = (tag: string, text: string, className = '') =>
  Object.assign(document.createElement(tag), { textContent: text, className });

/** A cancelled date: the word, and the title struck through. Others as FullCalendar prints them. */
function content({ event, timeText, view }: EventContentArg, word: string) {
  if (!event.extendedProps['isCancelled']) return true;
  const told = [element('strong', word), new Text(' '), element('s', event.title)];
  if (!view.type.startsWith('list'))
    return { domNodes: [element('span', timeText, 'fc-event-time'), ...told] };
  // The list makes a link of its own words only.
  const link = Object.assign(document.createElement('a'), { href: event.url });
  link.append(...told);
  return { domNodes: [link] };
}

/** Month, week and list. A month is too wide for a phone, so there it begins with the list. */
export default function MonthCalendar({ source, locale, direction, now, texts }: Props) {
  const [failed, setFailed] = createSignal(false);
  let place!: HTMLDivElement;

  onMount(() => {
    const calendar = new Calendar(place, {
      plugins: [dayGridPlugin, listPlugin],
      views: {
        dayGridWeek: { displayEventEnd: true },
        listNext: { type: 'list', duration: { days: 30 } },
      },
      initialView: matchMedia('(width >= 48rem)').matches ? 'dayGridMonth' : 'listNext',
      headerToolbar: {
        start: 'prev,next now',
        center: 'title',
        end: 'dayGridMonth,dayGridWeek,listNext',
      },
      // Words are clearer than arrows.
      buttonIcons: false,
      // FullCalendar disables its own button today, and then the keyboard skips it.
      customButtons: { now: { text: texts.today, click: () => calendar.today() } },
      buttonText: {
        prev: texts.previous,
        next: texts.next,
        dayGridMonth: texts.month,
        dayGridWeek: texts.week,
        listNext: texts.list,
      },
      buttonHints: { prev: texts.previous, next: texts.next },
      viewHint: '$0',
      noEventsText: texts.empty,
      timeHint: texts.time,
      eventHint: texts.event,
      locale,
      direction,
      firstDay: 1,
      // No time zones are loaded: the times are already Oslo's.
      timeZone: 'Europe/Oslo',
      now,
      height: 'auto',
      eventDisplay: 'block',
      eventContent: (what) => content(what, texts.cancelled),
      eventTimeFormat: { hour: '2-digit', minute: '2-digit', hour12: false },
      defaultRangeSeparator: '–',
      listDayFormat: { weekday: 'long', day: 'numeric', month: 'long' },
      listDaySideFormat: false,
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
