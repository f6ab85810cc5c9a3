/** What a person writes to his calendar: an hour with a conference. */
export function meeting(conferenceId: string, more: object = {}): object {
  return {
    summary: 'Planning',
    start: { dateTime: '2027-03-01T10:00:00Z' },
    end: { dateTime: '2027-03-01T11:00:00Z' },
    conferenceData: {
      conferenceId,
      conferenceSolution: { key: { type: 'addOn' }, name: 'My Web Conference' },
      entryPoints: [{ entryPointType: 'video', uri: `https://meet.example.com/${conferenceId}` }],
    },
    ...more,
  };
}
