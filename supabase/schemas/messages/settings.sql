-- Message settings of a person: which topics by e-mail, push and SMS, at once or gathered, and the quiet hours.

-- Hours of Oslo time: the quiet hours of people who have chosen none, and of everything that does not ask personal settings (offers,
-- reminders of the day).
insert into private.numbers (what, value) values ('quiet_from', 21), ('quiet_to', 8);

create type public.message_rhythm as enum ('at_once', 'gathered');

-- One row per person who has changed something. Start equal to end means no quiet hours.
create table public.message_settings (
  person_id uuid primary key references public.people on delete cascade,
  email_topics public.message_topic[] not null default enum_range(null::public.message_topic),
  push_topics public.message_topic[] not null default enum_range(null::public.message_topic),
  sms_topics public.message_topic[] not null default '{}',
  rhythm public.message_rhythm not null default 'at_once',
  quiet_from smallint not null default private.number('quiet_from') check (quiet_from between 0 and 23),
  quiet_to smallint not null default private.number('quiet_to') check (quiet_to between 0 and 23)
);
alter table public.message_settings enable row level security;

create policy select_own on public.message_settings for select to authenticated using (person_id = (select auth.uid()));
create policy insert_own on public.message_settings for insert to authenticated with check (person_id = (select auth.uid()));
create policy update_own on public.message_settings for update to authenticated
  using (person_id = (select auth.uid())) with check (person_id = (select auth.uid()));
-- No delete: the row is deleted with the account.
grant select on public.message_settings to authenticated;
grant insert (person_id, email_topics, push_topics, sms_topics, rhythm, quiet_from, quiet_to) on public.message_settings to authenticated;
grant update (email_topics, push_topics, sms_topics, rhythm, quiet_from, quiet_to) on public.message_settings to authenticated;

-- Saves my settings; null leaves the topics of a channel as they are. Invoker: the policies decide.
create function public.save_message_settings(
  email_topics public.message_topic[], push_topics public.message_topic[], sms_topics public.message_topic[],
  rhythm public.message_rhythm, quiet_from integer, quiet_to integer
) returns void
language sql set search_path = '' as $$
  insert into public.message_settings as s (person_id, email_topics, push_topics, sms_topics, rhythm, quiet_from, quiet_to)
  values (
    (select auth.uid()), coalesce(save_message_settings.email_topics, enum_range(null::public.message_topic)),
    coalesce(save_message_settings.push_topics, enum_range(null::public.message_topic)),
    coalesce(save_message_settings.sms_topics, '{}'), save_message_settings.rhythm,
    save_message_settings.quiet_from::smallint, save_message_settings.quiet_to::smallint
  )
  on conflict (person_id) do update set
    email_topics = coalesce(save_message_settings.email_topics, s.email_topics),
    push_topics = coalesce(save_message_settings.push_topics, s.push_topics),
    sms_topics = coalesce(save_message_settings.sms_topics, s.sms_topics),
    rhythm = excluded.rhythm, quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to
$$;
grant execute on function public.save_message_settings(
  public.message_topic[], public.message_topic[], public.message_topic[], public.message_rhythm, integer, integer
) to authenticated;
