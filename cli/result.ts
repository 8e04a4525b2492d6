/** How a change is told: what it is now, or that it waits for a second person. */

import type { Answered } from './api.ts';
import { CliError, EXIT } from './cli-error.ts';
import type { Context } from './context.ts';
import { fieldsText, show } from './output.ts';

/** Throws CliError where somebody else has to agree first. */
export const tell = ({ output }: Context, { status, body }: Answered): void => {
  const approval = body.approval as { readonly id: string; readonly state: string } | undefined;
  show(output, body, () => fieldsText(body));
  if (status === 202 && approval?.state === 'pending') {
    throw new CliError(
      EXIT.waits,
      'Nothing was changed yet: this takes two people.',
      `Let somebody else run \`cosmopay approval approve ${approval.id}\`, within four days.`,
    );
  }
};
