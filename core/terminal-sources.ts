/** What operators enter about a terminal and its merchant, and the row of the terminal that payments read. */
import type { Terminal, TerminalLimits } from './records.ts';

export interface MerchantSource {
  readonly name: string;
  /** Closed: its terminals sell nothing. */
  readonly status: 'open' | 'closed';
  /** IANA zone whose midnight begins its day: of its limits, those of its terminals, its figures and its settlements. */
  readonly zone: string;
  /** What it pays us for each payment; absent: nothing. */
  readonly fee?: Required<Terminal>['merchantFee'];
  /** Minor units of one payment that one person may give back; absent: as the API has it. */
  readonly refundAloneMinor?: number;
  /** Of all its terminals together. */
  readonly limits?: Required<TerminalLimits>['merchant'];
}

export interface TerminalSource
  extends Pick<
    Terminal,
    | 'id'
    | 'merchant'
    | 'region'
    | 'group'
    | 'keyVersionMin'
    | 'providers'
    | 'storedSales'
    | 'deadlineMs'
    | 'transports'
  > {
  /** Where it stands, for people. */
  readonly label?: string;
  /** `retired`: for good; its number stays taken. */
  readonly status: 'active' | 'suspended' | 'retired';
  /** The newest that an enrolment code was made for. */
  readonly keyVersion: number;
  readonly limits?: Omit<TerminalLimits, 'merchant'>;
}

/** Everything of the row but what archiving and captures keep there. */
export type TerminalRow = Omit<Terminal, 'sequenceFloors' | 'captureUntilS'>;

/** The merchant's part is a copy, so that a payment reads one row; it is renewed whenever the merchant changes. */
export const terminalRow = (terminal: TerminalSource, merchant: MerchantSource): TerminalRow => {
  const { id, status, region, group, keyVersionMin, providers, storedSales } = terminal;
  const { deadlineMs, transports } = terminal;
  const limits = limitsOf(terminal, merchant);
  return {
    id,
    status: status === 'active' ? 'active' : 'suspended',
    merchant: terminal.merchant,
    region,
    keyVersionMin,
    zone: merchant.zone,
    merchantStatus: merchant.status,
    ...(merchant.fee && { merchantFee: merchant.fee }),
    ...(group !== undefined && { group }),
    ...(providers && { providers }),
    ...(storedSales && { storedSales }),
    ...(deadlineMs !== undefined && { deadlineMs }),
    ...(transports && { transports }),
    ...(limits && { limits }),
  };
};

const limitsOf = (
  { limits: own }: TerminalSource,
  { limits: merchant }: MerchantSource,
): TerminalLimits | undefined => (merchant === undefined ? own : { ...own, merchant });
