/** The interpreter on small templates written by hand. */
import { describe, expect, it } from 'vitest';
import { changeFilter } from '#local/mappings/event-filter.ts';
import { parseRateMs } from '#local/mappings/schedule.ts';
import { failuresOf } from '#local/mappings/source.ts';
import { findRoute } from '#local/rest-api.ts';
import { resolve, type Scope } from '#local/template/intrinsics.ts';
import { assertKnownTypes } from '#local/template/resource-types.ts';
import type { Json } from '#local/template/template.ts';

const scope: Scope = {
  template: {
    Resources: {},
    Conditions: { Yes: { 'Fn::Equals': ['a', 'a'] }, No: { 'Fn::Not': [{ Condition: 'Yes' }] } },
    Parameters: { Stage: { Default: 'prod' } },
  },
  region: 'eu-west-1',
  accountId: '000000000000',
  facts: (id) =>
    id === 'Queue' ? { ref: 'http://q/queue', attributes: { Arn: 'arn:queue' } } : undefined,
  secret: (id) => (id === 'arn:secret' ? '{"value":"5ec2e7"}' : undefined),
};

describe('an intrinsic function', () => {
  const cases: readonly [string, Json, Json][] = [
    ['Ref of a resource', { Ref: 'Queue' }, 'http://q/queue'],
    ['Ref of a parameter', { Ref: 'Stage' }, 'prod'],
    ['Ref of the region', { Ref: 'AWS::Region' }, 'eu-west-1'],
    ['GetAtt', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:queue'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Stage' }]] }, 'a-prod'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is CloudFormation's own syntax.
    ['Sub', { 'Fn::Sub': '${Queue.Arn}/${AWS::Region}/${!kept}' }, 'arn:queue/eu-west-1/${kept}'],
    ['Select of Split', { 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b'] }] }, 'b'],
    ['If that holds', { 'Fn::If': ['Yes', 1, 2] }, 1],
    ['If that does not', { 'Fn::If': ['No', 1, 2] }, 2],
    ['NoValue', { a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
    ['a secret', '{{resolve:secretsmanager:arn:secret:SecretString:value::}}', '5ec2e7'],
  ];
  for (const [what, value, expected] of cases) {
    it(`is resolved: ${what}`, () => {
      expect(resolve(value, scope)).toEqual(expected);
    });
  }

  for (const [what, value] of [
    ['an unknown function', { 'Fn::ImportValue': 'x' }],
    ['a Ref to nothing', { Ref: 'Nothing' }],
    ['an attribute that is not there', { 'Fn::GetAtt': ['Queue', 'Color'] }],
  ] as const) {
    it(`is an error: ${what}`, () => {
      expect(() => resolve(value, scope)).toThrow(/template cannot be interpreted/);
    });
  }
});

it('names the resource and the type that it does not know', () => {
  const Resources = {
    Known: { Type: 'AWS::SQS::Queue' },
    Ignored: { Type: 'AWS::IAM::Role' },
    Strange: { Type: 'AWS::Lex::Bot' },
  };
  expect(() => assertKnownTypes({ Resources })).toThrow(/AWS::Lex::Bot \(Strange\)\.$/);
  expect(() => assertKnownTypes({ Resources: { Known: Resources.Known } })).not.toThrow();
});

describe('a schedule', () => {
  it('is a rate in minutes, hours or days', () => {
    expect(['rate(1 minute)', 'rate(2 hours)', 'rate(1 day)'].map(parseRateMs)).toEqual([
      60_000, 7_200_000, 86_400_000,
    ]);
  });
  it('is refused in any other form', () => {
    for (const wrong of ['cron(0 1 * * ? *)', 'rate(0 minutes)', 'rate(1 week)', '']) {
      expect(() => parseRateMs(wrong)).toThrow(/is not supported/);
    }
  });
});

describe('the answer of a batch', () => {
  it('lists the items that failed, none where it lists none', () => {
    expect(failuresOf({ batchItemFailures: [{ itemIdentifier: 'a' }] })).toEqual(['a']);
    expect([failuresOf({ batchItemFailures: [] }), failuresOf(null), failuresOf({})]).toEqual([
      [],
      [],
      [],
    ]);
  });
  it('fails as a whole where an item has no name', () => {
    expect(failuresOf({ batchItemFailures: [{}] })).toBe('all');
    expect(failuresOf({ batchItemFailures: 'x' })).toBe('all');
  });
});

describe('a route', () => {
  const target = { invoke: () => Promise.resolve(null) };
  const routes = ['/', '/{proxy+}', '/users/{id}', '/users/me'].map((path) => ({
    method: 'ANY',
    path,
    target,
  }));
  it('is the most exact one that matches', () => {
    const found = ['/', '/users/me', '/users/7', '/users/7/accounts'].map((path) => {
      const match = findRoute(routes, 'GET', path);
      return [match?.route.path, match?.parameters];
    });
    expect(found).toEqual([
      ['/', null],
      ['/users/me', null],
      ['/users/{id}', { id: '7' }],
      ['/{proxy+}', { proxy: 'users/7/accounts' }],
    ]);
  });
  it('is not found for another method', () => {
    expect(findRoute([{ method: 'GET', path: '/', target }], 'POST', '/')).toBeUndefined();
  });
});

describe('a filter of a mapping', () => {
  const filterOf = (...patterns: readonly string[]) =>
    changeFilter({ Filters: patterns.map((Pattern) => ({ Pattern })) });
  const changeOf = (pk: string, sk: string) => ({
    dynamodb: { Keys: { pk: { S: pk }, sk: { S: sk } } },
  });

  it.each([
    ['none', [], true],
    ['the text', ['{"dynamodb":{"Keys":{"sk":{"S":["E","REC"]}}}}'], true],
    ['another text', ['{"dynamodb":{"Keys":{"sk":{"S":["RE"]}}}}'], false],
    ['the prefix', ['{"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"P#"}]}}}}'], true],
    ['another prefix', ['{"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"P##"}]}}}}'], false],
    ['a field that is not there', ['{"dynamodb":{"Keys":{"no":{"S":["REC"]}}}}'], false],
    ['one field of two', ['{"dynamodb":{"Keys":{"pk":{"S":["x"]},"sk":{"S":["REC"]}}}}'], false],
    ['the second of two', ['{"no":["x"]}', '{"dynamodb":{"Keys":{"sk":{"S":["REC"]}}}}'], true],
  ])('with %s', (_what, patterns, passes) => {
    expect(filterOf(...patterns)(changeOf('P#1', 'REC'))).toBe(passes);
  });

  it.each([
    '{"a":[{"anything-but":["x"]}]}',
    '{"a":[{"prefix":"x","suffix":"y"}]}',
    '{"a":[1]}',
    '{"a":1}',
  ])('that it does not know stops the start: %s', (pattern) => {
    expect(() => filterOf(pattern)).toThrow(
      expect.objectContaining({ code: 'template_unsupported' }),
    );
  });
});
