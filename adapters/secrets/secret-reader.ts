/** Reads secrets once from Secrets Manager. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** Milliseconds one attempt may take: it runs while the function starts, before the first payment. */
const REQUEST_MS_MAX = 2_000;
/** Milliseconds to open a connection within the region. */
const CONNECT_MS_MAX = 1_000;
/** Attempts: without its secrets a function is of no use, so it tries harder than for a payment. */
const ATTEMPTS_MAX = 4;

export interface SecretReader {
  /** The text of the secret. Rejects if it cannot be read or holds no text; the error never carries the value. */
  read(arn: string): Promise<string>;
}

/** A reader with bounded waits; region, credentials and endpoint come from the environment. */
export const createSecretReader = (): SecretReader => {
  const client = new SecretsManagerClient({
    maxAttempts: ATTEMPTS_MAX,
    requestHandler: {
      connectionTimeout: CONNECT_MS_MAX,
      requestTimeout: REQUEST_MS_MAX,
      throwOnRequestTimeout: true,
      socketTimeout: REQUEST_MS_MAX,
    },
  });
  return {
    read: async (arn) => {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
      if (SecretString === undefined) {
        throw new Error('A secret holds no text.');
      }
      return SecretString;
    },
  };
};
