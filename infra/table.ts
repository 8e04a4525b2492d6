/** The one table, its index of what falls due, and the key that encrypts it. */
import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  EventSourceMapping,
  type EventSourceMappingOptions,
  FilterCriteria,
  FilterRule,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { PaymentFunction } from './payment-function.ts';

/** Name of the sparse index that the janitor reads. */
const DUE_INDEX = 'due';

/** What a caller of an encrypted table must be allowed on its key; spelt out, since CDK's own grants use wildcards. */
const KEY_USE = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'];

/** The rows with this sort key, or whose partition key begins so. */
export const withSortKey = (text: string): object => ({ sk: { S: FilterRule.isEqual(text) } });
export const withPrefix = (text: string): object => ({ pk: { S: FilterRule.beginsWith(text) } });

export interface Followed {
  /** Each by `withSortKey` or `withPrefix`; Lambda takes five at most. */
  readonly rows: readonly object[];
}

/** On demand, restorable to any second, not to be deleted by accident, with a stream of both images. */
export class PaymentTable extends Construct {
  readonly table: TableV2;
  readonly key: Key;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: 'Cosmopay: payment table',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.customerManagedKey(this.key),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      timeToLiveAttribute: 'ttl', // only the projector's markers carry it: nothing of a payment expires
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      globalSecondaryIndexes: [
        {
          indexName: DUE_INDEX,
          partitionKey: { name: 'dueShard', type: AttributeType.STRING },
          sortKey: { name: 'dueS', type: AttributeType.NUMBER },
          // The janitor reads the records themselves: a copy of each hold in the index would be paid for nothing.
          projectionType: ProjectionType.KEYS_ONLY,
        },
      ],
    });
  }

  get dueIndexArn(): string {
    return `${this.table.tableArn}/index/${DUE_INDEX}`;
  }

  /** Allows exactly these actions on the items; `keys` narrows them to partition keys of these patterns. */
  allow(grantee: IGrantable, actions: readonly string[], keys?: readonly string[]): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: actions.map((action) => `dynamodb:${action}`),
        resources: [this.table.tableArn],
        ...(keys && {
          conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } },
        }),
      }),
    );
    this.allowKey(grantee);
  }

  /** Allows reading the index of what falls due. */
  allowDue(grantee: IGrantable): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['dynamodb:Query'], resources: [this.dueIndexArn] }),
    );
    this.allowKey(grantee);
  }

  /** Calls the function behind every change of these rows, in order and at least once; what is not of them costs no call. */
  follow(
    { function: target, role }: PaymentFunction,
    {
      rows,
      ...settings
    }: Followed & Pick<EventSourceMappingOptions, 'batchSize' | 'retryAttempts'>,
  ): void {
    const eventSourceArn = this.table.tableStreamArn;
    if (eventSourceArn === undefined) {
      throw new Error('the payment table has no stream');
    }
    this.allowStream(role, eventSourceArn);
    const mapping = new EventSourceMapping(target, 'Changes', {
      ...settings,
      target,
      eventSourceArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: rows.map((keys) => FilterCriteria.filter({ dynamodb: { Keys: keys } })),
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
    });
    // A mapping is refused while its role may not read the stream yet.
    mapping.node.addDependency(role);
  }

  private allowStream(grantee: IGrantable, streamArn: string): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
        resources: [streamArn],
      }),
    );
    this.allowKey(grantee);
  }

  private allowKey(grantee: IGrantable): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: KEY_USE, resources: [this.key.keyArn] }),
    );
  }
}
