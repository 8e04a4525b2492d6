/** What the template grants, bounds and encrypts: its meaning, not its text. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES } from '#functions/admin-api/access/roles.ts';
import { BUNDLE_NAMES } from '#infra/bundles.ts';
import { CosmopayStack } from '#infra/cosmopay-stack.ts';
import { addNag } from '#infra/nag.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface Policy {
  readonly Properties: {
    readonly PolicyDocument: { readonly Statement: readonly Statement[] };
    readonly Roles: readonly { readonly Ref: string }[];
  };
}

const dist = mkdtempSync(join(tmpdir(), 'cosmopay-dist-'));
let app: App;
let template: Template;

beforeAll(() => {
  for (const name of BUNDLE_NAMES) {
    mkdirSync(join(dist, name));
    writeFileSync(join(dist, name, 'index.mjs'), 'export const handler = () => undefined;\n');
  }
  writeFileSync(join(dist, 'bridge', 'Dockerfile'), 'FROM scratch\n');
  app = new App();
  const stack = new CosmopayStack(app, 'Cosmopay', { dist, env: { region: 'ap-northeast-2' } });
  addNag(app, stack);
  template = Template.fromStack(stack);
});
afterAll(() => rmSync(dist, { recursive: true, force: true }));

const policies = (): readonly Policy[] =>
  Object.values(template.findResources('AWS::IAM::Policy')) as Policy[];
const statementsOf = (role: string): readonly Statement[] =>
  policies()
    .filter(({ Properties }) => Properties.Roles.some(({ Ref }) => Ref.includes(role)))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
const actionsOf = (role: string): readonly string[] =>
  statementsOf(role).flatMap(({ Action }) => Action);

describe('rights', () => {
  it('name every action in full', () => {
    const actions = policies()
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .flatMap(({ Action }) => Action);
    expect(actions.length).toBeGreaterThan(20);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });

  it('let the bridge read terminals and records, and write leases, by their partition keys', () => {
    const table = statementsOf('BridgeTaskTaskRole').filter(({ Action }) =>
      [Action].flat().some((action) => action.startsWith('dynamodb:')),
    );
    expect(
      table.map(({ Action, Condition }) => [
        Action,
        Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'],
      ]),
    ).toEqual([
      ['dynamodb:GetItem', ['T#*', 'P#*']],
      ['dynamodb:UpdateItem', ['LEASE#*']],
    ]);
  });

  it('keep the bridge from consuming requests, writing answers, and reading any other secret', () => {
    const sends = statementsOf('BridgeTaskTaskRole').filter(
      ({ Action }) => Action === 'sqs:SendMessage',
    );
    expect(JSON.stringify(sends.map(({ Resource }) => Resource))).toMatch(
      /^.*QueuesRequest[^"]*.*$/,
    );
    expect(JSON.stringify(sends)).not.toContain('Reply');
    const receives = statementsOf('BridgeTaskTaskRole').filter(({ Action }) =>
      Action.includes('sqs:ReceiveMessage'),
    );
    expect(JSON.stringify(receives)).not.toContain('QueuesRequest');
    expect(JSON.stringify(statementsOf('BridgeTask'))).not.toContain('SecretsMessage');
  });

  it('keep pay from deleting, scanning, and the link master', () => {
    const actions = actionsOf('ThreadsPay');
    expect(actions).toContain('dynamodb:PutItem');
    expect(actions.filter((action) => /Delete(Item|Table)|Scan/.test(action))).toEqual([]);
    expect(JSON.stringify(statementsOf('ThreadsPay'))).not.toContain('SecretsLink');
  });

  it('let the janitor query what is due, read it whole, and write: what a run of it calls', () => {
    expect(
      actionsOf('BackgroundJanitor').filter((action) => action.startsWith('dynamodb:')),
    ).toEqual([
      'dynamodb:Query',
      'dynamodb:BatchGetItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
    ]);
  });

  it('let the auditor read the table and write nothing', () => {
    expect(actionsOf('BackgroundAuditor').filter((action) => !action.startsWith('kms:'))).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'dynamodb:BatchGetItem',
      'dynamodb:Scan',
    ]);
  });

  const writesOf = (role: string) =>
    statementsOf(role)
      .filter(({ Action }) => /dynamodb:(Put|Update|Delete)/.test([Action].flat().join()))
      .map(({ Action, Condition }) => [
        Action,
        Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'],
      ]);

  it('let the admin API read the table, and write what operators enter, by partition key', () => {
    expect(writesOf('AdminAdminApi')).toEqual([
      [
        'dynamodb:PutItem',
        ['A#*', 'DOC#*', 'ENROL#*', 'ID#*', 'IK#*', 'J#*', 'P#*#255#*', 'U#*', 'WEBHOOKS'],
      ],
      ['dynamodb:UpdateItem', ['CASE#*', 'COMPILE', 'ID#*', 'M#*', 'P#*', 'Q#*', 'T#*', 'U#*']],
      ['dynamodb:DeleteItem', ['DOC#*', 'ID#*', 'WEBHOOKS']],
    ]);
    expect(actionsOf('AdminAdminApi')).not.toContain('dynamodb:Scan');
  });

  it('let nobody change or delete what stands in the trail', () => {
    for (const { Action, Condition } of policies().flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement,
    )) {
      const keys = Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'];
      if (Array.isArray(keys) && keys.includes('A#*')) {
        expect([Action].flat()).toEqual(['dynamodb:PutItem']);
      }
    }
  });

  it('let only the enrolment read both masters, and let it do nothing but try codes', () => {
    const masters = ['SecretsLink', 'SecretsMessage'];
    const readers = ['AdminAdminApi', 'AdminEnrol', 'ThreadsPay', 'Compile', 'Background'].filter(
      (role) => masters.every((name) => JSON.stringify(statementsOf(role)).includes(name)),
    );
    expect(readers).toEqual(['AdminEnrol']);
    expect(writesOf('AdminEnrol')).toEqual([
      ['dynamodb:UpdateItem', ['ENROL#*']],
      ['dynamodb:PutItem', ['A#*']],
    ]);
    expect(actionsOf('AdminEnrol').filter((action) => /Get|Query|Scan/.test(action))).toEqual([
      'secretsmanager:GetSecretValue',
      'secretsmanager:GetSecretValue',
    ]);
  });

  it('let the compiler write what it compiles and how far it is, and nothing that has money', () => {
    expect(writesOf('CompileCompiler')).toEqual([
      ['dynamodb:UpdateItem', ['COMPILE', 'T#*']],
      [
        ['dynamodb:DeleteItem', 'dynamodb:PutItem'],
        ['R#*', 'S#*'],
      ],
    ]);
  });
});

describe('the operator', () => {
  it('signs in with a second factor, by authorisation code, through a client without a secret', () => {
    template.hasResourceProperties('AWS::Cognito::UserPool', {
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      DeletionProtection: 'ACTIVE',
    });
    template.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      AllowedOAuthFlows: ['code'],
      GenerateSecret: false,
      AccessTokenValidity: 15,
      PreventUserExistenceErrors: 'ENABLED',
    });
  });

  it('has one group for each role that the API knows', () => {
    const groups = Object.values(template.findResources('AWS::Cognito::UserPoolGroup'));
    expect(groups.map(({ Properties }) => Properties.GroupName).sort()).toEqual([...ROLES].sort());
  });

  it('is given no key of the local system by the template', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ TOKEN_KEYS: '' }) },
    });
  });

  it('is met by a web ACL that bounds callers before anything runs', () => {
    template.resourceCountIs('AWS::WAFv2::WebACLAssociation', 1);
    template.hasResourceProperties('AWS::WAFv2::WebACL', {
      Rules: Match.arrayWith([
        Match.objectLike({
          Action: { Block: {} },
          Statement: { RateBasedStatement: Match.objectLike({ Limit: 3_000 }) },
        }),
      ]),
    });
  });
});

describe('the events', () => {
  it('are published from the first change on, and given up only by the stream itself', () => {
    const mappings = template.findResources('AWS::Lambda::EventSourceMapping', {
      Properties: { FunctionName: { Ref: Match.stringLikeRegexp('^EventsPublisher') } },
    });
    expect(Object.values(mappings).map(({ Properties }) => Properties)).toEqual([
      expect.objectContaining({
        StartingPosition: 'TRIM_HORIZON',
        BatchSize: 100,
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        FilterCriteria: {
          Filters: [
            { Pattern: '{"dynamodb":{"Keys":{"sk":{"S":["REC"]}}}}' },
            { Pattern: '{"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"CASE#"}]}}}}' },
            { Pattern: '{"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"EVT#"}]}}}}' },
          ],
        },
      }),
    ]);
    const [mapping] = Object.values(mappings);
    expect(mapping?.Properties).not.toHaveProperty('MaximumRetryAttempts');
    expect(mapping?.Properties).not.toHaveProperty('MaximumRecordAgeInSeconds');
  });

  it('are tried ten times, hidden six times as long as a try of theirs may take, and kept for two weeks', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 180,
      MessageRetentionPeriod: 1_209_600,
      RedrivePolicy: {
        maxReceiveCount: 10,
        deadLetterTargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^QueuesEventsDead'), 'Arn'] },
      },
    });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionName: { Ref: Match.stringLikeRegexp('^EventsWebhooks') },
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 20 },
    });
  });

  it('go to public addresses only', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ WEBHOOK_REACH: 'public' }) },
    });
  });

  const tableRights = (role: string): readonly unknown[] =>
    statementsOf(role)
      .filter(({ Action }) =>
        [Action].flat().some((action) => /^dynamodb:(?!.*Stream|.*Shard|GetRecords)/.test(action)),
      )
      .map(({ Action, Condition }) => [
        Action,
        Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'],
      ]);

  it('let the publisher read endpoints, never records or accounts, and no secret', () => {
    expect(tableRights('EventsPublisher')).toEqual([['dynamodb:Query', ['WEBHOOKS']]]);
    expect(actionsOf('EventsPublisher')).not.toContain('secretsmanager:GetSecretValue');
    const sends = statementsOf('EventsPublisher').filter(
      ({ Action }) => Action === 'sqs:SendMessage',
    );
    expect(JSON.stringify(sends.map(({ Resource }) => Resource))).toMatch(
      /QueuesEvents[^"]*.*QueuesParking/,
    );
  });

  it('let the deliveries read endpoints, disable them, and read their own secret alone', () => {
    expect(tableRights('EventsWebhooks')).toEqual([
      [['dynamodb:Query', 'dynamodb:UpdateItem'], ['WEBHOOKS']],
    ]);
    const reads = statementsOf('EventsWebhooks').filter(
      ({ Action }) => Action === 'secretsmanager:GetSecretValue',
    );
    expect(reads.map(({ Resource }) => Resource)).toEqual([
      { Ref: expect.stringMatching(/^SecretsWebhooks/) },
    ]);
    expect(actionsOf('EventsWebhooks')).not.toContain('sqs:SendMessage');
  });
});

describe('the request queue', () => {
  it('hides a message six times as long as pay may take, then gives it to the dead letters', () => {
    template.hasResourceProperties('AWS::Lambda::Function', { Timeout: 6, MemorySize: 1769 });
    template.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 36,
      MessageRetentionPeriod: 300,
      RedrivePolicy: { maxReceiveCount: 5, deadLetterTargetArn: Match.anyValue() },
    });
  });

  it('feeds the pool of a hundred threads with partial failures', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 100 },
    });
  });

  it('like every queue is encrypted and refuses callers without TLS', () => {
    const queues = Object.values(template.findResources('AWS::SQS::Queue'));
    expect(queues.every(({ Properties }) => Properties.SqsManagedSseEnabled === true)).toBe(true);
    template.resourceCountIs('AWS::SQS::QueuePolicy', queues.length);
  });
});

it('calls the projector for changes of requests and entries, and not for what it writes itself', () => {
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    FunctionName: { Ref: Match.stringLikeRegexp('^BackgroundProjector') },
    FilterCriteria: {
      Filters: [
        { Pattern: '{"dynamodb":{"Keys":{"sk":{"S":["REC"]}}}}' },
        { Pattern: '{"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"J#"}]}}}}' },
      ],
    },
  });
});

it('makes sixteen reply queues that forget after a minute and hide for five seconds', () => {
  const replies = template.findResources('AWS::SQS::Queue', {
    Properties: { MessageRetentionPeriod: 60, VisibilityTimeout: 5 },
  });
  expect(Object.keys(replies)).toHaveLength(16);
});

it('keeps the table on demand, encrypted by our key, restorable, protected, with its stream and index', () => {
  template.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
    BillingMode: 'PAY_PER_REQUEST',
    SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    GlobalSecondaryIndexes: [
      Match.objectLike({
        IndexName: 'due',
        KeySchema: [
          { AttributeName: 'dueShard', KeyType: 'HASH' },
          { AttributeName: 'dueS', KeyType: 'RANGE' },
        ],
      }),
    ],
    Replicas: [
      Match.objectLike({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    ],
  });
});

it('generates keys of 64 characters out of the hexadecimal digits alone', () => {
  const secrets = Object.values(template.findResources('AWS::SecretsManager::Secret'));
  expect(secrets).toHaveLength(7);
  for (const { Properties } of secrets) {
    const options = Properties.GenerateSecretString;
    const alphabet = [...'abcdefghijklmnopqrstuvwxyz0123456789'].filter(
      (character) => !options.ExcludeCharacters.includes(character),
    );
    expect(alphabet.join('')).toBe('abcdef0123456789');
    expect([options.PasswordLength, options.ExcludeUppercase, options.ExcludePunctuation]).toEqual([
      64,
      true,
      true,
    ]);
  }
});

it('runs bridges that drain: two minutes to stop, a minute of deregistration, none missing in a deploy', () => {
  template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [
      Match.objectLike({
        ReadonlyRootFilesystem: true,
        StopTimeout: 120,
        Secrets: [{ Name: 'LINK_MASTER', ValueFrom: Match.anyValue() }],
      }),
    ],
    RuntimePlatform: { CpuArchitecture: 'ARM64' },
  });
  template.hasResourceProperties('AWS::ECS::Service', {
    DeploymentConfiguration: {
      MinimumHealthyPercent: 100,
      MaximumPercent: 200,
      DeploymentCircuitBreaker: { Enable: true, Rollback: true },
    },
  });
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
    TargetGroupAttributes: Match.arrayWith([
      { Key: 'deregistration_delay.timeout_seconds', Value: '60' },
      { Key: 'preserve_client_ip.enabled', Value: 'true' },
    ]),
  });
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
    Port: 7010,
    ListenerAttributes: [{ Key: 'tcp.idle_timeout.seconds', Value: '1200' }],
  });
});

it('passes TCP through on three ports, so that TLS ends in the bridge', () => {
  const listeners = Object.values(template.findResources('AWS::ElasticLoadBalancingV2::Listener'));
  expect(listeners.map(({ Properties: { Port, Protocol } }) => [Port, Protocol]).sort()).toEqual([
    [7010, 'TCP'],
    [7012, 'TCP'],
    [7013, 'TCP'],
  ]);
  const open = Object.values(template.findResources('AWS::EC2::SecurityGroup')).flatMap(
    ({ Properties }) => Properties.SecurityGroupIngress ?? [],
  );
  const fromAnywhere = open.filter(({ CidrIp }) => CidrIp === '0.0.0.0/0');
  expect(fromAnywhere.map(({ FromPort }) => FromPort).sort()).toEqual([7010, 7012, 7013]);
});

it('runs the bridge with little room for young objects, which idle connections do not need', () => {
  const [task] = Object.values(template.findResources('AWS::ECS::TaskDefinition'));
  expect(task?.Properties.ContainerDefinitions[0].Environment).toContainEqual({
    Name: 'NODE_OPTIONS',
    Value: '--enable-source-maps --max-semi-space-size=4',
  });
});

it('gives the bridge the certificate of TLS to read again, and no other secret', () => {
  const read = statementsOf('BridgeTaskTaskRole').filter(({ Action }) =>
    Action.includes('secretsmanager:GetSecretValue'),
  );
  expect(read).toHaveLength(1);
  expect(JSON.stringify(read[0]?.Resource)).toContain('SecretsTls');
  const [task] = Object.values(template.findResources('AWS::ECS::TaskDefinition'));
  const environment: readonly { Name: string; Value: unknown }[] =
    task?.Properties.ContainerDefinitions[0].Environment;
  const place = environment.find(({ Name }) => Name === 'TLS_SECRET_ARN');
  expect(JSON.stringify(place?.Value)).toContain('SecretsTls');
});

it('calls someone for dead letters, parked messages, requests older than five seconds, and events that do not go out', () => {
  const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(
    ({ Properties }) => [
      Properties.MetricName,
      Properties.Threshold,
      Properties.AlarmActions.length,
    ],
  );
  expect(alarms).toContainEqual(['ApproximateAgeOfOldestMessage', 5, 1]);
  expect(alarms).toContainEqual(['IteratorAge', 300_000, 1]);
  expect(alarms).toContainEqual(['ApproximateNumberOfMessagesNotVisible', 60_000, 1]);
  expect(alarms.filter(([metric]) => metric === 'ApproximateNumberOfMessagesVisible')).toEqual([
    ['ApproximateNumberOfMessagesVisible', 0, 1],
    ['ApproximateNumberOfMessagesVisible', 0, 1],
    ['ApproximateNumberOfMessagesVisible', 0, 1],
  ]);
});

it('audits the books every hour, and calls someone for what is wrong and where nobody audits', () => {
  template.hasResourceProperties('AWS::Lambda::Function', { Timeout: 900 });
  template.hasResourceProperties('AWS::Events::Rule', {
    ScheduleExpression: 'rate(1 hour)',
    Targets: [Match.objectLike({ RetryPolicy: { MaximumRetryAttempts: 0 } })],
  });
  template.hasResourceProperties('AWS::Logs::MetricFilter', {
    FilterPattern: '{ $.event = "audit" }',
    MetricTransformations: [
      { MetricName: 'LedgerViolations', MetricNamespace: 'Cosmopay', MetricValue: '$.count' },
    ],
  });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'LedgerViolations',
    Period: 3_600,
    Threshold: 0,
    TreatMissingData: 'notBreaching',
    AlarmActions: [Match.anyValue()],
  });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'LedgerViolations',
    Period: 7_200,
    TreatMissingData: 'breaching',
    AlarmActions: [Match.anyValue()],
  });
});

it('passes the rules of cdk-nag', () => {
  expect(() => app.synth()).not.toThrow();
});
