/**
 * Every regular expression of the pages and of the client takes a time that grows with the text, not with its square:
 * in CPU time, the smallest of several runs, at four times the length less than eight times (a square takes sixteen).
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const FOLDERS = ["templates", "clients/javascript/src"];
const LITERAL = /(?:[(=,:[!&|?{};]|=>|\breturn)\s*(\/(?![*/])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/)([dgimsuvy]*)/g;
/** What these are asked is a number of at most twelve decimals, which `toFixed` has written. */
const BOUNDED = new Set(["/\\.?0+$/", "/0+$/"]);
const PIECES = ["a", "A", "0", "1", ".", "/", "\\", '"', "'", " ", ",", ":", "token", '"token"', '"token":', '"token":"', "1,", "s"];
const BEFORE_AND_AFTER = [["", ""], ["", "\0"], ['"token"', "\0"], ["1", "x"]];
const LENGTH = 4_000;
const TIMES = 4;
const TOO_FAST = 8; // other threads of the process, which collect garbage and compile, are counted with it now and then
const TOO_LITTLE = 300; // microseconds: the square of the length would take a hundred times as long

/** @returns {{ where: string, pattern: RegExp }[]} */
function expressions() {
  return FOLDERS.flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => `${folder}/${name}`))
    .filter((path) => path.endsWith(".js") && !path.startsWith("templates/bundles"))
    .flatMap((path) =>
      [...readFileSync(path, "utf-8").matchAll(LITERAL)].map(([, source, flags]) => ({
        where: `${path}: ${source}`,
        pattern: new RegExp(source.slice(1, -1), flags),
      })),
    );
}

/** @param {() => void} act @returns {number} microseconds of this process */
function cost(act) {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** @param {(text: string) => void} act @param {(length: number) => string} textOf @returns {number} 0 where it takes too little */
function growth(act, textOf) {
  const [short, long] = [textOf(LENGTH), textOf(TIMES * LENGTH)];
  let [ofShort, ofLong] = [Infinity, Infinity];
  for (let round = 0; round < 12; round += 1) {
    ofLong = Math.min(ofLong, cost(() => act(long)));
    if (ofLong < TOO_LITTLE) return 0;
    ofShort = Math.min(ofShort, cost(() => act(short)));
    if (ofLong < 1.25 * TIMES * ofShort) break;
  }
  return ofLong / ofShort;
}

test("it reads all expressions", () => {
  assert.ok(expressions().length > 15);
  const known = expressions().map(({ where }) => where.split(": ")[1]);
  for (const bounded of BOUNDED) assert.ok(known.includes(bounded), `${bounded} is gone`);
});

for (const { where, pattern } of expressions()) {
  if (BOUNDED.has(where.split(": ")[1])) continue;
  test(`${where} takes a time in proportion to the text`, () => {
    for (const piece of PIECES) {
      for (const [before, after] of BEFORE_AND_AFTER) {
        const textOf = (length) => before + piece.repeat(length / piece.length) + after;
        const grown = growth((text) => text.replace(pattern, ""), textOf);
        assert.ok(grown < TOO_FAST, `${grown} times as long for ${TIMES} times ${JSON.stringify(before + piece + after)}`);
      }
    }
  });
}

test("it notices a square", () => {
  assert.ok(growth((text) => text.replace(/\/+$/, ""), (length) => `${"/".repeat(length / 8)}a`) >= TOO_FAST);
});
