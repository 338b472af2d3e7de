/**
 * Jest reporter: prints the counts alone on the last line (`12 passed, 0 failed`), which is what a build server reads.
 * It waits for the end of the process because jest writes its own summary after the reporters have run.
 * With TEST_REPORT=<file> it also appends the counts to that file, so that a run of several runners can print one sum.
 */
import { appendFileSync, writeSync } from 'node:fs';
import { closingLine } from './closing-line.mjs';

export default class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const counts = {
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    if (process.env.TEST_REPORT) appendFileSync(process.env.TEST_REPORT, `${JSON.stringify(counts)}\n`);
    process.once('exit', () => writeSync(1, `${closingLine(counts)}\n`));
  }
}
