-- Functions on text that people write, whatever it is about.

-- Trims blanks, line ends, tabs and non-breaking spaces; text of nothing else becomes ''.
create function private.trimmed(p_text text) returns text
language sql immutable set search_path = '' as $$ select btrim(p_text, E' \n\r\t\u00A0') $$;
