/** Who operators are: a user pool with MFA, one group per role, and one client that signs in by authorisation code with PKCE. */
import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  CfnUserPoolGroup,
  FeaturePlan,
  Mfa,
  OAuthScope,
  StandardThreatProtectionMode,
  UserPool,
  UserPoolClient,
  UserPoolClientIdentityProvider,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import {
  CLI_SIGN_IN_PORT,
  OPERATOR_DAY_HOURS,
  OPERATOR_PASSWORD_LENGTH_MIN,
  OPERATOR_ROLES,
  OPERATOR_TOKEN_MINUTES,
} from './settings.ts';

export interface OperatorPoolProps {
  /** Where the console is, with a slash at the end. */
  readonly consoleUrl: string;
}

export class OperatorPool extends Construct {
  readonly pool: UserPool;
  readonly client: UserPoolClient;
  readonly signInUrl: string;

  constructor(scope: Construct, id: string, { consoleUrl }: OperatorPoolProps) {
    super(scope, id);
    this.pool = new UserPool(this, 'Pool', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: OPERATOR_PASSWORD_LENGTH_MIN,
        requireDigits: true,
        requireLowercase: true,
        requireSymbols: true,
        requireUppercase: true,
      },
      featurePlan: FeaturePlan.PLUS,
      standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    for (const role of OPERATOR_ROLES) {
      new CfnUserPoolGroup(this, `Role${role}`, {
        userPoolId: this.pool.userPoolId,
        groupName: role,
      });
    }
    this.client = new UserPoolClient(this, 'Client', {
      userPool: this.pool,
      generateSecret: false,
      authFlows: {},
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID],
        // The second is the command line's, on the machine of whoever signs in.
        callbackUrls: [`${consoleUrl}signed-in`, `http://localhost:${CLI_SIGN_IN_PORT}/signed-in`],
        logoutUrls: [consoleUrl],
      },
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      accessTokenValidity: Duration.minutes(OPERATOR_TOKEN_MINUTES),
      idTokenValidity: Duration.minutes(OPERATOR_TOKEN_MINUTES),
      refreshTokenValidity: Duration.hours(OPERATOR_DAY_HOURS),
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
    });
    const domain = this.pool.addDomain('SignIn', {
      cognitoDomain: { domainPrefix: `cosmopay-${Aws.ACCOUNT_ID}` },
    });
    this.signInUrl = domain.baseUrl();
  }
}
