/** What the requests of a session have in common, as text that is kept with it and made anew where HELLO or region change. */
import type { DialectFraming } from '#protocol/dialect.ts';
import { RequestText } from '#protocol/envelope-text.ts';
import type { Session } from './session.ts';

export interface RequestTextSettings {
  /** Of this bridge process and no other. */
  readonly instance: string;
  readonly slot: number;
  readonly fence: number;
}

/** The text for the next request of a session. `region`: '' where it is not known. */
export type RequestTextOf = (
  session: Session,
  framing: DialectFraming,
  region: string,
) => RequestText;

export const createRequestTexts =
  ({ instance, slot, fence }: RequestTextSettings): RequestTextOf =>
  (session, { dialect }, region) => {
    const { terminal, hello, requestText } = session;
    if (requestText?.facts.hello === hello && requestText.facts.region === region) {
      return requestText;
    }
    const text = new RequestText(instance, { slot, fence, dialect, terminal, region, hello });
    session.requestText = text;
    return text;
  };
