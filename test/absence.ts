/** The variable in which jest's global set-up tells the tests why there are no emulators. */
export const ABSENCE_VARIABLE = 'TEST_EMULATORS_ABSENT';
