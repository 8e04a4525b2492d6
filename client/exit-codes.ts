/** What the kiosk's programs exit with, for scripts. */

/** paid; an operating error; refused, nothing charged; outcome open; a bug of ours. */
export const EXIT = { paid: 0, operating: 1, refused: 2, open: 3, bug: 70 } as const;
