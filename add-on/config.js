/**
 * What a company sets. Everything else follows from it: after a change run `npm run add-on-manifest`, which writes appsscript.json
 * and prints the settings of the service that have to agree, then `clasp push`.
 */
const CONFIG = {
  /** Where the add-on asks for conferences: https, and a path that ends in a slash. What the server answers: docs/add-on.md. */
  serverUrl: 'https://conferences.example.com/add-on/',

  /** As people see the add-on in Calendar's settings. Google shows only logos that Google hosts. */
  name: 'Web Conference',
  logoUrl: 'https://www.gstatic.com/images/icons/material/system/1x/videocam_black_48dp.png',

  /**
   * What people can choose in an event. An id never changes, for Google keeps it with the events. `onCreateFunction` is a function of
   * create-conference.js.
   */
  solutions: [
    { id: 'web-conference', name: 'My Web Conference', onCreateFunction: 'createWebConference' },
    {
      id: 'recorded-web-conference',
      name: 'My Recorded Web Conference',
      onCreateFunction: 'createRecordedWebConference',
    },
  ],

  /**
   * null: the company's server tells the service of each conference, as it should. Otherwise the script does it itself, in the
   * name of a service account that users may make ID tokens for:
   *   { manageUrl: 'https://manage-calendars-abc123-ew.a.run.app', caller: 'add-on@my-project.iam.gserviceaccount.com' }
   */
  announceFromScript: null,

  /** Whether users still have triggers of Google's recipe, which are to be removed; see docs/migrate.md. */
  hasRecipeTriggers: false,
};
