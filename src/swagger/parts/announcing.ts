import {
  LONGEST_MESSAGE,
  MOST_MINUTES,
  type AnnounceBody,
  type AnnouncedBody,
  type Announcement,
} from '../../shared/announcements';
import {
  act,
  answered,
  count,
  INVALID,
  LATE,
  list,
  look,
  moment,
  named,
  OFFLINE,
  pathOf,
  ref,
  refused,
  shape,
  text,
  UNKNOWN,
  yes,
  type Paths,
} from './words';

const startsAt = moment('When it begins.');
const minutes = { type: 'integer', minimum: 1, maximum: MOST_MINUTES, description: 'How long it takes, about.' };
const message = { type: 'string', maxLength: LONGEST_MESSAGE, description: 'What users read besides, as plain text.' };
const CHOICE = { 400: INVALID, 404: UNKNOWN, 409: LATE, 503: OFFLINE } as const;

export const ANNOUNCING: Paths = {
  [pathOf('announced')]: {
    get: look(
      'What maintenance is planned',
      [],
      answered(
        'The soonest first; what is over is left out.',
        shape<AnnouncedBody>({
          now: moment('The clock by which the others are counted.'),
          announcements: list(ref('Announcement')),
        }),
      ),
      'Needs no more than somebody who has signed in. Pages ask once a minute.',
    ),
  },
  [pathOf('announce')]: {
    post: act(
      'Tell all users of a maintenance before it begins',
      shape<AnnounceBody>(
        { id: text('The one that is changed; without it: another one.'), startsAt, minutes, message },
        ['startsAt', 'minutes'],
      ),
      'Nothing begins by it. The start of what waits in the queue is that of its window and cannot be changed.',
      { ...answered('Users are told.', ref('Announcement')), ...refused(CHOICE) },
    ),
  },
  [pathOf('withdrawAnnouncement')]: {
    post: act('Tell users of it no more', shape({ id: text('Which one.') }), 'What waits in the queue waits on.', {
      ...answered('Nobody is told any more.', ref('Announcement')),
      ...refused({ 404: UNKNOWN, 409: LATE, 503: OFFLINE }),
    }),
  },
};

export const ANNOUNCEMENT_SCHEMAS = named({
  Announcement: shape<Announcement>(
    {
      id: text('Its identity.'),
      revision: count('Goes up with each change.'),
      startsAt,
      minutes,
      message,
      queued: yes('It is about something that waits for a window, and goes with it.'),
      announcedBy: text('Only for those who may see the page.'),
    },
    ['id', 'revision', 'startsAt', 'message', 'queued'],
  ),
});
