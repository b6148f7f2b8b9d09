import {
  ACCESSIBILITY_STATEMENT_URL,
  PRIVACY_OFFICER,
  RESPONSIBLE_CONTACT,
  RESPONSIBLE_NAME,
} from 'astro:env/server';

/** Who is responsible for this installation, as its owner has set it; what is not set is not shown. */
export const publisher = {
  name: RESPONSIBLE_NAME,
  /** How to reach them: an address, a number or both. */
  contact: RESPONSIBLE_CONTACT,
  /** The data protection officer: name and how to reach them. */
  officer: PRIVACY_OFFICER,
  /** The statement at uustatus.no. */
  statementUrl: ACCESSIBILITY_STATEMENT_URL,
};
