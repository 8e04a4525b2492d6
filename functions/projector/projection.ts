/** What one change of the table means for the rows that follow from it. Pure. */
import type { DynamoDBRecord } from 'aws-lambda';

type Image = NonNullable<NonNullable<DynamoDBRecord['dynamodb']>['NewImage']>;

export interface Projection {
  /** Of the stream; the same at every delivery of this change. */
  readonly eventId: string;
  readonly terminal: number;
  readonly keyVersion: number;
  readonly sequence: number;
  /** Unix seconds of the change. */
  readonly atS: number;
  /** Absent where no money of a merchant moved. */
  readonly sale?: {
    readonly merchant: string;
    readonly day: string;
    readonly currency: number;
    readonly netDeltaMinor: number;
  };
  /** Present where a PAY was decided: what it adds to the figures of its day. */
  readonly usage?: {
    readonly merchant: string;
    readonly decidedAtS: number;
    readonly spentMinor: number;
    readonly count: number;
    readonly declines: number;
    readonly stored: number;
  };
  /** Present where a request has just drawn this number: not a tombstone, not a sale that was stored. */
  readonly drawnAtS?: number;
}

const RECORD_KEY = /^P#(\d+)#(\d+)#(\d+)$/;
/** Letters of the states in which posted money is the merchant's: posted, partly refunded, refunded. */
const EARNED = new Set(['p', 'q', 'r']);
/** Number of the code, letter of the state, letter of the flag. */
const APPROVED = '0';
const DECLINED = 'd';
const STORED = 's';
const DAY_LENGTH = 'YYYY-MM-DD'.length;

/** Undefined for changes of anything but the record of a request. */
export const projectChange = (change: DynamoDBRecord): Projection | undefined => {
  const image = change.dynamodb?.NewImage;
  const [, terminal, keyVersion, sequence] = RECORD_KEY.exec(image?.pk?.S ?? '') ?? [];
  if (image === undefined || terminal === undefined || image.sk?.S !== 'REC') {
    return undefined;
  }
  const atS = change.dynamodb?.ApproximateCreationDateTime ?? Number(image.at?.N ?? 0);
  const netDeltaMinor = netMinor(image) - netMinor(change.dynamodb?.OldImage ?? {});
  const merchant = image.me?.S;
  const before = change.dynamodb?.OldImage;
  return {
    eventId: change.eventID ?? '',
    terminal: Number(terminal),
    keyVersion: Number(keyVersion),
    sequence: Number(sequence),
    atS: Math.floor(atS),
    ...(merchant === undefined || netDeltaMinor === 0
      ? {}
      : {
          sale: {
            merchant,
            day: new Date(atS * 1000).toISOString().slice(0, DAY_LENGTH),
            currency: Number(image.pc?.N),
            netDeltaMinor,
          },
        }),
    ...usageOf(image, before),
    ...(before === undefined && image.dg !== undefined && !isStored(image)
      ? { drawnAtS: Number(image.at?.N) }
      : {}),
  };
};

/** A provider's PAY is decided by a change of its record, all others when theirs is written. */
const usageOf = (image: Image, before: Image | undefined): Pick<Projection, 'usage'> => {
  const isApproved = image.op?.S === 'pay' && image.cd?.N === APPROVED;
  const approved = isApproved && before?.cd?.N !== APPROVED;
  const declined = image.st?.S === DECLINED && before?.st?.S !== DECLINED;
  if (!approved && !declined) {
    return {};
  }
  return {
    usage: {
      merchant: image.me?.S ?? '',
      decidedAtS: Number(image.at?.N),
      spentMinor: approved ? Number(image.am?.N) : 0,
      count: approved ? 1 : 0,
      declines: approved ? 0 : 1,
      stored: approved && isStored(image) ? 1 : 0,
    },
  };
};

const isStored = (image: Image): boolean => image.fl?.S?.includes(STORED) === true;

const netMinor = (image: Image): number =>
  EARNED.has(image.st?.S ?? '') ? Number(image.po?.N ?? 0) - Number(image.rf?.N ?? 0) : 0;
