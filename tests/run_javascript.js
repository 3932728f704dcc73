// Run the test files that are named. In CI the files in which a test has failed are run once more, and named: a change
// is not lost to chance, and the first failure stays in sight. Exits with 1 where a test has failed at its last try.
import { availableParallelism } from "node:os";
import { relative } from "node:path";
import { pipeline } from "node:stream/promises";
import { run } from "node:test";
import { spec } from "node:test/reporters";

/** More than there are cores: those on a stage wait most of their time. */
const FILES_AT_ONCE = availableParallelism() + 2;

/** Run these files, say how it goes, and return those in which a test has failed. */
async function failedAmong(files) {
  const failed = new Set();
  const events = run({ files, concurrency: FILES_AT_ONCE });
  events.on("test:fail", ({ name, file, todo }) => {
    if (todo === undefined || todo === false) failed.add(file ?? name);
  });
  await pipeline(events, new spec(), process.stdout, { end: false });
  return [...failed];
}

let failed = await failedAmong(process.argv.slice(2));
if (failed.length && process.env.CI) {
  const names = failed.map((file) => relative(".", file));
  console.log(`\nRERUN ${names.join("\nRERUN ")}\n`);
  failed = await failedAmong(failed);
  if (!failed.length) console.log(`\nFailed at the first try, and no more at the second:\n${names.join("\n")}`);
}
process.exitCode = failed.length ? 1 : 0;
