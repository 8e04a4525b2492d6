/** The part of a synthesised CloudFormation template that the interpreter reads. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Plain JSON, intrinsic functions unresolved. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: JsonObject;
}

export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: Json }>>;
  readonly Conditions?: Readonly<Record<string, Json>>;
  readonly Parameters?: Readonly<Record<string, { readonly Default?: Json }>>;
}

/** A synthesised app: its one stack's template, the region it is for, and where its assets lie. */
export interface Assembly {
  readonly template: Template;
  readonly region: string;
  readonly folder: string;
}

interface Manifest {
  readonly artifacts: Readonly<
    Record<
      string,
      {
        readonly type: string;
        readonly environment?: string;
        readonly properties?: { readonly templateFile?: string };
      }
    >
  >;
}

/** Reads `cdk.out`. Throws unless it holds exactly one stack. */
export const readAssembly = (folder: string): Assembly => {
  const manifest: Manifest = readJson(join(folder, 'manifest.json'));
  const stacks = Object.values(manifest.artifacts).filter(
    ({ type }) => type === 'aws:cloudformation:stack',
  );
  const [stack] = stacks;
  const file = stack?.properties?.templateFile;
  if (stacks.length !== 1 || file === undefined) {
    throw new Error(`expected one stack in ${folder}, found ${stacks.length}`);
  }
  const region = stack?.environment?.split('/').at(-1) ?? '';
  return {
    template: readJson(join(folder, file)),
    region: region === 'unknown-region' || region === '' ? 'us-east-1' : region,
    folder,
  };
};

const readJson = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;
