/** What the API refuses, in English: its own table of problems. */
import { PROBLEMS, type ProblemName } from '../../http/problems.ts';

export interface ProblemWords {
  readonly title: string;
  readonly advice: string;
}

export const problemWords: Readonly<Record<ProblemName, ProblemWords>> = PROBLEMS;
