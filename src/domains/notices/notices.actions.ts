import { deskActions } from './desk/desk.actions.ts';
import { familyActions } from './families/families.actions.ts';
import { photoActions } from './photos/photos.actions.ts';
import { translateActions } from './translate/translate.actions.ts';
import { writeActions } from './write/write.actions.ts';

export const notices = {
  ...writeActions,
  ...deskActions,
  ...translateActions,
  ...photoActions,
  ...familyActions,
};
