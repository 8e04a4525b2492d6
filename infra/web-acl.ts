/** The web ACL in front of the operator's door: bounds on callers, and AWS's rules against what is known to be bad. */
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { ADMIN_CALLS_PER_ADDRESS, ENROL_CALLS_PER_ADDRESS } from './settings.ts';

/** Rules of AWS, with those of theirs that only count. The size of bodies is the API's own affair: 64 KB, imports need them. */
const MANAGED: Readonly<Record<string, readonly string[]>> = {
  AWSManagedRulesCommonRuleSet: ['SizeRestrictions_BODY'],
  AWSManagedRulesKnownBadInputsRuleSet: [],
  AWSManagedRulesAmazonIpReputationList: [],
};

export class WebAcl extends Construct {
  constructor(scope: Construct, id: string, { stageArn }: { readonly stageArn: string }) {
    super(scope, id);
    const acl = new CfnWebACL(this, 'Acl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visible('cosmopay-admin'),
      rules: [
        rate('enrol', 0, ENROL_CALLS_PER_ADDRESS, {
          byteMatchStatement: {
            fieldToMatch: { uriPath: {} },
            positionalConstraint: 'ENDS_WITH',
            searchString: '/enrol',
            textTransformations: [{ priority: 0, type: 'NONE' }],
          },
        }),
        rate('calls', 1, ADMIN_CALLS_PER_ADDRESS),
        ...Object.entries(MANAGED).map(([name, counted], at) => ({
          name,
          priority: 2 + at,
          overrideAction: { none: {} },
          statement: {
            managedRuleGroupStatement: {
              vendorName: 'AWS',
              name,
              ruleActionOverrides: counted.map((rule) => ({
                name: rule,
                actionToUse: { count: {} },
              })),
            },
          },
          visibilityConfig: visible(name),
        })),
      ],
    });
    new CfnWebACLAssociation(this, 'OfStage', {
      resourceArn: stageArn,
      webAclArn: acl.attrArn,
    });
  }
}

const visible = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  cloudWatchMetricsEnabled: true,
  metricName,
  // A sample holds what was asked, identifiers among it.
  sampledRequestsEnabled: false,
});

/** Blocks an address that calls more often in five minutes. */
const rate = (
  name: string,
  priority: number,
  limit: number,
  scopeDownStatement?: CfnWebACL.StatementProperty,
): CfnWebACL.RuleProperty => ({
  name,
  priority,
  action: { block: {} },
  statement: {
    rateBasedStatement: {
      aggregateKeyType: 'IP',
      limit,
      ...(scopeDownStatement && { scopeDownStatement }),
    },
  },
  visibilityConfig: visible(name),
});
