/** All roles, as seen from Drøbakgata 1: `2` belongs to the other building; `nobody` is signed in and a member of nothing; `ended` lived here. */
export const ROLES = [
  'anon',
  'nobody',
  'ended',
  'resident2',
  'resident',
  'partner',
  'observer',
  'consultant',
  'consultant2',
  'landlord',
  'admin',
] as const;
export type Role = (typeof ROLES)[number];

/**
 * What each role may do with the rows of Drøbakgata 1, and with those of no building. R reads all of them, r some (their own, what is public);
 * i adds one in their own name, u changes and d removes one: the resident's own where there is one, of votes one that has not opened.
 * - nothing. A table or view without a line fails, and so does every cell that is not so. What only functions do stands nowhere here.
 */
export const MATRIX = `
#                          anon nob  end  res2 res  part obs  cons con2 land adm
activities                 r    r    r    r    r    r    r    Riu  r    r    r
activity_hosts             -    -    -    -    R    -    -    Rd   -    -    -
activity_message_authors   -    -    -    -    R    -    -    -    -    -    -
activity_messages          -    -    -    -    r    -    -    R    -    -    -
activity_series            R    R    R    R    R    R    R    Riud R    R    R
activity_sessions          r    r    r    r    r    r    r    Riud r    r    r
activity_translations      R    R    R    R    R    R    R    Riud R    R    R
api_keys                   -    -    -    -    -    -    -    -    -    R    -
appeals                    -    -    -    -    r    -    -    R    -    -    -
attendances                -    -    -    -    -    -    -    Riud -    -    -
audit_entries              -    -    -    -    -    -    -    R    -    -    R
blocks                     R    R    R    R    R    R    R    Ru   R    R    Riu
calendar_links             -    -    -    -    Rd   -    -    -    -    -    -
contacts                   R    R    R    R    R    R    R    Riud R    R    Riud
edit_texts                 -    -    -    -    R    -    -    R    -    -    R
edits                      -    -    -    -    R    R    -    R    -    R    R
family_readers             -    i    i    i    Rid  i    i    i    i    i    i
flags                      -    -    -    -    -    -    -    R    -    -    -
follow_up_milestones       -    -    -    -    R    R    -    R    -    R    -
follow_up_photos           -    -    -    -    R    R    -    R    -    R    -
follow_up_updates          -    -    -    -    R    R    -    R    -    R    -
follow_ups                 -    -    -    -    r    r    -    r    -    r    -
head_counts                -    -    -    -    -    -    -    Riu  -    -    -
join_codes                 -    -    -    -    -    -    -    R    -    -    -
join_requests              -    -    -    -    R    -    -    R    -    -    -
landlord_settings          -    -    -    -    -    -    -    -    -    Ru   -
letter_texts               -    -    -    -    -    -    -    R    -    -    -
memberships                -    -    r    -    r    r    r    R    -    -    R
message_phones             -    -    -    -    Rd   -    -    -    -    -    -
message_settings           -    i    i    i    Riu  i    i    i    i    i    i
notice_photo_requests      -    -    -    -    -    -    -    R    -    -    -
notice_photos              R    R    R    R    R    R    R    R    R    R    R
notice_places              -    -    -    -    -    -    -    R    -    -    -
notice_translations        R    R    R    R    R    R    R    Riud R    R    R
notices                    r    r    r    r    r    r    r    R    r    r    r
notification_kinds         -    R    R    R    R    R    R    R    R    R    R
notifications              -    -    -    -    r    -    -    -    -    r    -
opening_hours              R    R    R    R    R    R    R    Rid  R    R    Rid
outages                    R    R    R    R    R    R    R    Rd   R    Rd   R
outbox_messages            -    -    -    -    R    -    -    -    -    -    -
pauses                     -    -    -    -    -    -    -    R    -    -    -
people                     -    -    -    -    ru   r    r    R    -    -    -
places                     r    r    r    r    r    r    r    R    r    R    Ri
poll_options               -    -    -    -    R    R    -    Rid  -    R    -
poll_phases                -    -    -    -    R    R    -    Rid  -    R    -
poll_question_authors      -    -    -    -    r    -    -    -    -    -    -
poll_questions             -    -    -    -    r    r    -    R    -    r    -
polls                      -    -    -    -    R    R    -    Ri   -    R    -
proposal_authors           -    -    -    -    r    -    -    -    -    -    -
proposal_comment_authors   -    -    -    -    r    -    -    -    -    -    -
proposal_comments          -    -    -    -    r    r    -    R    -    r    -
proposal_messages          -    -    -    -    r    -    -    R    -    -    -
proposal_photos            -    -    -    -    R    R    -    R    -    R    -
proposal_supporters        -    -    -    -    r    -    -    -    -    -    -
proposals                  -    -    -    -    R    r    -    R    -    r    -
push_subscriptions         -    -    -    -    Rd   -    -    -    -    -    -
report_assignees           -    -    -    -    -    -    -    R    R    Riu  -
report_assignments         -    -    -    -    -    -    -    R    -    R    -
report_deadlines           R    R    R    R    R    R    R    R    R    Riud R
report_details             -    -    -    -    r    -    -    R    -    R    -
report_drafts              -    -    -    -    Riud i    -    i    -    -    -
report_event_actors        -    -    -    -    -    -    -    R    -    R    -
report_events              -    -    -    -    r    r    -    R    -    R    -
report_followers           -    -    -    -    r    -    -    -    -    -    -
report_messages            -    -    -    -    r    r    -    R    -    R    -
report_objections          -    -    -    -    R    -    -    -    -    -    -
report_photos              -    -    -    -    -    -    -    R    -    R    -
report_question_times      -    -    -    -    -    -    -    R    -    R    -
report_questions           -    -    -    -    -    -    -    R    -    R    -
report_things              -    R    R    R    R    R    R    R    R    R    R
report_transitions         -    R    R    R    R    R    R    R    R    R    R
report_updates             -    -    -    -    -    -    -    -    -    R    -
reports                    -    -    -    -    r    r    -    R    -    R    -
responsibilities           R    R    R    R    R    R    R    R    R    Ru   R
responsibility_translations R    R    R    R    R    R    R    R    R    Riud R
signup_events              -    -    -    -    -    -    -    R    -    -    -
signups                    -    -    -    -    r    -    -    R    -    -    -
things                     -    -    -    -    r    r    -    R    -    r    -
webhook_endpoints          -    -    -    -    -    -    -    -    -    Riu  -
`
  .trim()
  .split('\n')
  .slice(1)
  .join('\n');

/** The same for files of the resident in storage; `i` is storing one of their own. Roles that are not named have no right. */
export const FILES: Record<string, Partial<Record<Role, string>>> = {
  'report-photos': {
    resident2: 'i',
    resident: 'r',
    partner: 'i',
    consultant: 'i',
    consultant2: 'i',
    landlord: 'i',
  },
  'space-photos': {
    resident2: 'i',
    resident: 'r',
    consultant: 'i',
    consultant2: 'i',
    landlord: 'i',
  },
};
