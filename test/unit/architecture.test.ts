/** The repository checks its own rules: who imports whom, how long a file is, and that nothing was left behind. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const FILE_LINES_MAX = 300;

/** CONTRIBUTING.md, "Layers". `infra` reaches only protocol/limits.ts, `bridge` only core/ports.ts: below. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  core: ['protocol'],
  adapters: ['protocol', 'core'],
  functions: ['protocol', 'core', 'adapters'],
  bridge: ['protocol', 'core', 'adapters'],
  client: ['protocol'],
  cli: ['protocol', 'client'],
  infra: ['protocol'],
  local: ['protocol', 'core', 'adapters', 'functions', 'bridge', 'client'],
};

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(file));
const sources = files.filter((file) => (file.split('/')[0] ?? '') in MAY_IMPORT);
const folderOf = (file: string): string => file.split('/')[0] ?? '';

interface Import {
  readonly file: string;
  readonly target: string;
}

/** Every import between our own files, as paths from the root. */
const imports: readonly Import[] = sources.flatMap((file) => {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([#.][^']+)'/g)].map(([, specifier = '']) => ({
    file,
    target: specifier.startsWith('#')
      ? specifier.slice(1)
      : normalize(join(dirname(file), specifier)),
  }));
});

const complain = (found: readonly string[], advice: string): void => {
  expect(found, advice).toEqual([]);
};

describe('architecture', () => {
  it('finds the sources and their imports', () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(imports.length).toBeGreaterThan(100);
  });

  it('imports only the folders to the left in the picture of layers', () => {
    complain(
      imports
        .filter(({ file, target }) => {
          const [from, to] = [folderOf(file), folderOf(target)];
          return from !== to && !(MAY_IMPORT[from] ?? []).includes(to);
        })
        .map(({ file, target }) => `${file} -> ${target}`),
      'Move the shared part to a folder that both may import, or put it behind a port (CONTRIBUTING.md, Layers).',
    );
  });

  it('keeps every function apart from the others', () => {
    complain(
      imports
        .filter(({ file, target }) => {
          const [a, b] = [file.split('/'), target.split('/')];
          return a[0] === 'functions' && b[0] === 'functions' && a[1] !== b[1] && b.length > 2;
        })
        .map(({ file, target }) => `${file} -> ${target}`),
      'A function never imports another: move what both need to core/, adapters/ or a file directly in functions/.',
    );
  });

  it('lets the bridge see of the core nothing but its ports', () => {
    complain(
      imports
        .filter(({ file, target }) => folderOf(file) === 'bridge' && folderOf(target) === 'core')
        .filter(({ target }) => target !== 'core/ports.ts')
        .map(({ file, target }) => `${file} -> ${target}`),
      'The bridge decides nothing about money: it may import core/ports.ts only.',
    );
  });

  it('lets the infrastructure see of the protocol nothing but its limits', () => {
    complain(
      imports
        .filter(({ file, target }) => folderOf(file) === 'infra' && folderOf(target) === 'protocol')
        .filter(({ target }) => target !== 'protocol/limits.ts')
        .map(({ file, target }) => `${file} -> ${target}`),
      'infra/ may import protocol/limits.ts only.',
    );
  });

  it('keeps technologies apart in adapters/', () => {
    complain(
      imports
        .filter(({ file, target }) => {
          const [a, b] = [file.split('/'), target.split('/')];
          return a[0] === 'adapters' && b[0] === 'adapters' && a[1] !== b[1];
        })
        .map(({ file, target }) => `${file} -> ${target}`),
      'An adapter never imports another technology: pass it in through a port.',
    );
  });

  it(`keeps every source within ${FILE_LINES_MAX} lines`, () => {
    complain(
      sources
        .map((file) => ({ file, lines: readFileSync(file, 'utf8').split('\n').length - 1 }))
        .filter(({ lines }) => lines > FILE_LINES_MAX)
        .map(({ file, lines }) => `${file}: ${lines} lines`),
      'Split the file by what it is about: its length is telling that it does two things.',
    );
  });

  it('opens every source with a line on what it is for', () => {
    complain(
      sources.filter((file) => !/^(#!.*\n)?\/\*\*/.test(readFileSync(file, 'utf8'))),
      'Start the file with a one-line /** docblock */ saying what it is for.',
    );
  });

  it('leaves no marker of unfinished work', () => {
    const marker = new RegExp(
      `\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b`,
    );
    complain(
      files.filter((file) => marker.test(readFileSync(file, 'utf8'))),
      'Finish it, or describe it in an issue and remove the marker.',
    );
  });
});
