/** AWS::ApiGateway::Method and ::Resource: the routes of the REST API and the function behind each. */
import type { Deployed } from '../deployment.ts';
import type { Route } from '../rest-api.ts';
import { resolveText } from './intrinsics.ts';
import { functionOf } from './sources.ts';
import type { Json, JsonObject, Template } from './template.ts';

export const routesOf = (template: Template, deployed: Deployed): readonly Route[] =>
  Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::ApiGateway::Method')
    .map(({ Properties = {} }) => {
      const integration = Properties.Integration as JsonObject;
      const [, arn = ''] =
        /functions\/(.+)\/invocations$/.exec(resolveText(integration.Uri, deployed.scope)) ?? [];
      return {
        method: String(Properties.HttpMethod),
        path: pathOf(template, Properties.ResourceId),
        target: functionOf(deployed.functions, arn),
      };
    });

/** `/` for the API's own root, which is an attribute of the API and no resource of its own. */
const pathOf = (template: Template, id: Json | undefined): string => {
  const name = (id as JsonObject | undefined)?.Ref;
  const resource = typeof name === 'string' ? template.Resources[name] : undefined;
  if (resource?.Type !== 'AWS::ApiGateway::Resource') {
    return '/';
  }
  const parent = pathOf(template, resource.Properties?.ParentId);
  return `${parent === '/' ? '' : parent}/${String(resource.Properties?.PathPart)}`;
};
