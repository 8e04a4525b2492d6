/** AWS::DynamoDB::GlobalTable: created on dynoxide, with its indexes and its stream. */
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { ACCOUNT_ID, type Deployment, localDynamodb, resourcesOf } from './deployment-context.ts';
import { resolve } from './intrinsics.ts';

/** What CreateTable takes as the template has it. */
type Shared = Pick<
  CreateTableCommandInput,
  'AttributeDefinitions' | 'KeySchema' | 'GlobalSecondaryIndexes'
> & { readonly StreamSpecification?: { readonly StreamViewType: 'NEW_AND_OLD_IMAGES' } };

export const createTables = async (deployment: Deployment): Promise<void> => {
  const { facts, standIns, assembly, scope } = deployment;
  const client = localDynamodb(assembly.region, standIns.dynamodb);
  for (const [id, { Properties = {} }] of resourcesOf(deployment, 'AWS::DynamoDB::GlobalTable')) {
    // Checked by the engine itself, which refuses what CreateTable does not take.
    const table = resolve(pick(Properties), scope) as unknown as Shared;
    const description = (await describe(client, id)) ?? (await create(client, id, table));
    facts.set(id, {
      ref: id,
      attributes: {
        Arn: `arn:aws:dynamodb:${assembly.region}:${ACCOUNT_ID}:table/${id}`,
        StreamArn: description?.LatestStreamArn ?? '',
        TableId: id,
      },
    });
  }
  client.destroy();
};

const pick = <T>(properties: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(
    Object.entries(properties).filter(([name]) =>
      [
        'AttributeDefinitions',
        'KeySchema',
        'GlobalSecondaryIndexes',
        'StreamSpecification',
      ].includes(name),
    ),
  );

const describe = async (
  client: DynamoDBClient,
  name: string,
): Promise<TableDescription | undefined> => {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) {
      return undefined;
    }
    throw error;
  }
};

const create = async (
  client: DynamoDBClient,
  name: string,
  { StreamSpecification, ...table }: Shared,
): Promise<TableDescription | undefined> =>
  (
    await client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        ...table,
        ...(StreamSpecification && {
          StreamSpecification: { StreamEnabled: true, ...StreamSpecification },
        }),
      }),
    )
  ).TableDescription;
