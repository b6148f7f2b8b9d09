import type { Mutant } from './mutant.ts';

export const blocks: Mutant[] = [
  {
    rule: 'only those who live or work there see which flats there are',
    file: 'blocks/places.sql',
    find: "kind <> 'flat'\n    or id in",
    replace: 'true\n    or id in',
    tests: ['blocks'],
  },
  {
    rule: 'only an admin adds places',
    file: 'blocks/places.sql',
    find: "with check (block_id in (select private.my_block_ids('{admin}')))",
    replace: "with check (block_id in (select private.my_block_ids('{admin,consultant}')))",
    tests: ['blocks'],
  },
  {
    rule: 'the parent of a place is in the same building',
    file: 'blocks/places.sql',
    find: 'foreign key (parent_id, block_id) references public.places (id, block_id) on delete cascade',
    sql: 'alter table public.places drop constraint places_parent_id_block_id_fkey',
    tests: ['blocks'],
  },
  {
    rule: 'residents do not edit the texts of their building',
    file: 'blocks/blocks.sql',
    find: `  using (id in (select private.my_block_ids('{consultant,admin}')))
  with check (id in (select private.my_block_ids('{consultant,admin}')))`,
    replace: `  using (id in (select private.my_block_ids('{consultant,admin,resident}')))
  with check (id in (select private.my_block_ids('{consultant,admin,resident}')))`,
    tests: ['blocks'],
  },
  {
    rule: 'a contact card is saved only in its own building',
    file: 'blocks/contacts.sql',
    find: 'where c.id = v_contact_id and c.block_id = save_contact.block_id;',
    replace: 'where c.id = v_contact_id;',
    tests: ['blocks'],
  },
];
