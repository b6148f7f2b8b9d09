import type { Message } from './index.ts';

/** Bokmål: the source of all keys. Short sentences, "du" and "vi". Keys are `domain.place.thing`, sorted by domain. */
export const nb = {
  // frame: what every page has
  'frame.site': 'Bomiljø',
  'frame.language': 'Norsk',
  'frame.skip': 'Hopp til innholdet',
  'frame.nav': 'Hovedmeny',
  'frame.nav.home': 'Hjem',
  'frame.nav.activities': 'Hva skjer',
  'frame.nav.report': 'Meld feil',
  'frame.nav.polls': 'Stem',
  'frame.nav.mine': 'Mitt',
  'frame.nav.desk': 'Drift',
  'frame.nav.cases': 'Saker',
  'frame.sign_in': 'Logg inn',
  'frame.account': 'min konto',
  'frame.urgent': 'Akutt',
  'frame.footer': 'Om siden',
  'frame.footer.privacy': 'Personvern',
  'frame.footer.accessibility': 'Tilgjengelighet',
  'frame.footer.feedback': 'Si fra om siden',
  'frame.footer.who': 'Siden drives av dem som jobber med bomiljø i gården, sammen med Boligbygg.',
  'frame.pager': 'Flere sider',
  'frame.pager.previous': 'Forrige',
  'frame.pager.next': 'Neste',
  'frame.to_start': 'Til forsiden',
  'frame.not_found': 'Vi fant ikke siden',
  'frame.not_found.text': 'Den kan være flyttet eller tatt bort. Noen sider ser du bare når du har logget inn.',
  'frame.fault': 'Noe gikk galt hos oss',
  'frame.fault.text': 'Det er ikke din feil. Vent litt og prøv igjen. Det du skrev, er kanskje ikke lagret.',
  'frame.fault.help': 'Skjer det igjen? Si fra til den som jobber i gården, og vis denne koden:',

  // form: words that all forms share
  'form.optional': 'valgfritt',
  'form.choose': 'Velg',
  'form.error': 'Feil',
  'form.summary': 'Du må rette disse feilene før du kan fortsette:',
  'form.required': 'Må fylles ut.',
  'form.too_long': 'Teksten er for lang.',
  'form.invalid': 'Dette ser ikke riktig ut.',
  'form.not_sent': 'Noe gikk galt. Prøv igjen.',
  'form.too_large': 'Det du sendte er for stort. Bilder kan være opptil 10 MB hver.',

  // blocks

  // activities

  // reports

  // proposals

  // polls

  // notices

  // moderation

  // residents

  // admin
} as const satisfies Record<string, Message>;
