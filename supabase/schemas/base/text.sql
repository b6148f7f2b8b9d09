-- What is done to text that somebody wrote, whatever it is about.

-- Without blanks, line ends, tabs and hard spaces around it: what is left of nothing but those is ''.
create function private.trimmed(p_text text) returns text
language sql immutable set search_path = '' as $$ select btrim(p_text, E' \n\r\t\u00A0') $$;
