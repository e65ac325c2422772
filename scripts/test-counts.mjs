import { existsSync, readFileSync } from "node:fs";

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * What Vitest's JSON report says.
 * @param {string} reportFile
 * @returns {Counts}
 */
export function countVitest(reportFile) {
  const report = readReport(reportFile);
  if (report === undefined) return { passed: 0, failed: 0, skipped: 0 };
  // A file that can't be loaded or prepared fails without a single failing test.
  const brokenFiles = report.testResults.filter((/** @type {{ status: string, assertionResults: { status: string }[] }} */ file) => {
    return file.status === "failed" && !file.assertionResults.some(({ status }) => status === "failed");
  });
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * What Playwright's JSON report says.
 * @param {string} reportFile
 * @returns {Counts}
 */
export function countPlaywright(reportFile) {
  const report = readReport(reportFile);
  if (report === undefined) return { passed: 0, failed: 0, skipped: 0 };
  const { expected, unexpected, flaky, skipped } = report.stats;
  return { passed: expected, failed: unexpected + flaky, skipped };
}

/** @param {string} file */
function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}
