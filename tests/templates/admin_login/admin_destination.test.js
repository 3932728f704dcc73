import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { destinationOf } from "../../../templates/static/admin_login/admin_destination.js";

const LOG_IN = "https://example.org/admin/login/";
const FIRST = "https://example.org/admin/";

describe("where the admin's log-in page leads", () => {
  test("to the page that was asked for", () => {
    assert.equal(destinationOf(`${LOG_IN}?next=/admin/alerts/alertrule/%3Fq%3D1`), `${FIRST}alerts/alertrule/?q=1`);
  });

  for (const next of ["", "/", "//evil.example/admin/", "https://evil.example/admin/", "javascript:alert(1)", "/admin/login/", "/admin/../", "\\\\evil.example/admin/"]) {
    test(`to the first page for ${next || "none"}`, () => {
      assert.equal(destinationOf(`${LOG_IN}?next=${encodeURIComponent(next)}`), FIRST);
    });
  }
});
