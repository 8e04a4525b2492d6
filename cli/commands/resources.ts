/** What operators enter: lists, one, add, change, remove, alike for every kind. */
import type { Command } from 'commander';
import { type Context, listAll, type Register, type With, write } from '../context.ts';
import { fieldsText, type Row, show, showRows } from '../output.ts';
import { tell } from '../result.ts';
import { documentOf } from '../settings.ts';

interface Resource {
  readonly name: string;
  readonly path: string;
  readonly what: string;
  /** Columns of a list. */
  readonly columns: readonly string[];
  /** Fields besides those of every document that the API adds to what was entered. */
  readonly added?: readonly string[];
  readonly removable?: true;
}

type Document = Readonly<Record<string, unknown>>;

/** Fields that the API adds to every document. */
const ADDED = ['id', 'version', 'changedAtS'];
const LIST_MAX_DEFAULT = 100;

export const RESOURCES: readonly Resource[] = [
  {
    ...{ name: 'terminal', path: '/v1/terminals', what: 'terminals of the fleet' },
    columns: ['id', 'status', 'merchant', 'region', 'group', 'label'],
    added: ['status', 'keyVersion', 'keyVersionMin', 'seen'],
  },
  {
    ...{ name: 'user', path: '/v1/users', what: 'users, who pay' },
    columns: ['id', 'status', 'name', 'locale', 'currencies'],
    added: ['status', 'currencies'],
  },
  {
    ...{ name: 'merchant', path: '/v1/merchants', what: 'merchants, who sell' },
    columns: ['id', 'status', 'name', 'zone'],
  },
  {
    ...{ name: 'region', path: '/v1/regions', what: 'regions: currency, clock, tax' },
    columns: ['id', 'currency', 'zone'],
  },
  {
    ...{ name: 'product', path: '/v1/products', what: 'products' },
    columns: ['id', 'name', 'category', 'basePriceMinor', 'listed'],
  },
  {
    ...{ name: 'window', path: '/v1/windows', what: 'sale windows: when what may be sold' },
    ...{ columns: ['id', 'zone', 'weekly', 'scope'], removable: true },
  },
  {
    ...{ name: 'price-list', path: '/v1/price-lists', what: 'price lists' },
    ...{ columns: ['id', 'currency', 'priority', 'scope', 'pricesMinor'], removable: true },
  },
  {
    ...{ name: 'promotion', path: '/v1/promotions', what: 'promotions' },
    columns: ['id', 'status', 'off', 'by'],
  },
  {
    ...{ name: 'webhook', path: '/v1/webhooks', what: 'endpoints that are told of events' },
    ...{ columns: ['id', 'url', 'enabled', 'types'], added: ['goneAtS'], removable: true },
  },
];

/** The group of a resource, for commands of its own. */
export const groupOf = (program: Command, name: string): Command =>
  program.commands.find((command) => command.name() === name) ?? program.command(name);

export const registerResources: Register = (program, run) => {
  for (const resource of RESOURCES) {
    register(program.command(resource.name).description(resource.what), resource, run);
  }
};

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

const register = (group: Command, resource: Resource, run: With): void => {
  const { path, columns } = resource;
  group
    .command('list')
    .description('in order of their ids')
    .option('--max <n>', 'at most so many', String(LIST_MAX_DEFAULT))
    .action(
      run(async (context: Context, { max }: { max: string }) => {
        const items = await listAll<Document>(context, path, {}, Number(max));
        showRows(context.output, items, columns, (item) => rowOf(item, columns));
      }),
    );
  group
    .command('show <id>')
    .description('one, whole')
    .action(
      run(async ({ api, output }: Context, id: string) => {
        const { body } = await api.ask('GET', `${path}/${encodeURIComponent(id)}`);
        show(output, body, () => fieldsText(body));
      }),
    );
  group
    .command('add')
    .description('makes one, of a file, of settings, or both')
    .option('--file <json>', 'file with the document')
    .option('--set <name=value>', 'a field; may be given again', collect, [])
    .action(
      run(async (context: Context, options: { file?: string; set: readonly string[] }) =>
        tell(context, await write(context, 'POST', path, documentOf(options.file, options.set))),
      ),
    );
  group
    .command('change <id>')
    .description('the fields given, the others as they are; whoever was faster is not overwritten')
    .option('--file <json>', 'file with the whole document')
    .option('--set <name=value>', 'a field; may be given again; null takes it out', collect, [])
    .action(
      run(
        async (context: Context, id: string, options: { file?: string; set: readonly string[] }) =>
          tell(context, await change(context, resource, id, options)),
      ),
    );
  if (resource.removable === true) {
    group
      .command('remove <id>')
      .description('takes it out')
      .action(
        run(async (context: Context, id: string) => {
          const at = `${path}/${encodeURIComponent(id)}`;
          const { etag } = await context.api.ask('GET', at);
          tell(context, await write(context, 'DELETE', at, undefined, etag));
        }),
      );
  }
};

const change = async (
  context: Context,
  { path, added = [] }: Resource,
  id: string,
  { file, set }: { readonly file?: string; readonly set: readonly string[] },
): ReturnType<Context['api']['ask']> => {
  const at = `${path}/${encodeURIComponent(id)}`;
  const { body, etag } = await context.api.ask('GET', at);
  const told = [...ADDED, ...added];
  const entered = Object.entries(body).filter(([name]) => !told.includes(name));
  const before = file === undefined ? Object.fromEntries(entered) : {};
  const after = Object.entries(documentOf(file, set, before)).filter(([, value]) => value !== null);
  return write(context, 'PUT', at, Object.fromEntries(after), etag);
};

const rowOf = (item: Document, columns: readonly string[]): Row =>
  Object.fromEntries(
    columns.map((name) => {
      const value = item[name];
      return [
        name,
        value === undefined || typeof value === 'string' ? value : JSON.stringify(value),
      ];
    }),
  );
