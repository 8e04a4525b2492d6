/** Who may do what: four roles, none of which contains another, and people who can have several. */

/** `viewer` looks · `operator` runs the fleet and the shop · `finance` moves money · `security` keys, people's access and the trail. */
export const ROLES = ['viewer', 'operator', 'finance', 'security'] as const;
export type Role = (typeof ROLES)[number];

/** What may be looked at by everyone who has any role. */
export const ANY_ROLE: readonly Role[] = ROLES;

/** Whoever is behind a valid token. */
export interface Principal {
  /** Never a name: the `sub` of the token. */
  readonly subject: string;
  readonly roles: readonly Role[];
}

export const isRole = (text: string): text is Role => (ROLES as readonly string[]).includes(text);

/** Whether one of the roles is among those asked for. */
export const mayDo = ({ roles }: Principal, allowed: readonly Role[]): boolean =>
  roles.some((role) => allowed.includes(role));
