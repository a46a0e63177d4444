/** Scenarios are seeded into the running backend, and what they tell is true of it. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { cleanupTestData, listScenarios, SCENARIOS, seedTestScenario } from "../src/client.js";
import { type Backend, startBackend } from "./backend.js";
import { misfits } from "./conformity.js";
import { logIn, Visitor } from "./visitor.js";

let backend: Backend;

before(async () => {
  backend = await startBackend({ TEST_ENDPOINTS: "1" });
  process.env.API_URL = backend.url;
});
after(() => backend.stop());

test("the server lists the scenarios that the types know", async () => {
  assert.deepEqual(await listScenarios(), SCENARIOS);
});

for (const scenario of SCENARIOS) {
  test(`the administrator of ${scenario} logs in`, async () => {
    const seeded = await seedTestScenario(scenario);

    assert.equal(seeded.success, true);
    assert.equal(seeded.scenario, scenario);
    assert.equal((await logIn(seeded.data.admin)).status, 200);
  });
}

test("TypeScript takes the data of each scenario for what its type says", async () => {
  const told = new Map<string, unknown>();
  for (const scenario of SCENARIOS) {
    told.set(scenario, (await seedTestScenario(scenario)).data);
  }

  assert.equal(await misfits(told), "");
});

test("TypeScript does not take one scenario's data for another's", async () => {
  const { data } = await seedTestScenario("empty");

  const found = await misfits(new Map([["basic", data]]));

  assert.match(found, /vendors, materials, products, stock/);
});

test("what a scenario tells is what the backend shows", async () => {
  const { data } = await seedTestScenario("full-demand-chain");

  const admin = await Visitor.of(data.admin);
  const order = await admin.get(`sales-orders/${data.sales_order.id}`);
  const shortages = await admin.get("shortages");

  assert.equal(order.code, data.sales_order.code);
  assert.equal(order.status, data.sales_order.status);
  assert.deepEqual(
    shortages.map((each: any) => [each.sku, each.missing]).sort(),
    [data.inserts, data.filament].map((need) => [need.item.sku, need.missing]).sort(),
  );
});

test("seeding a scenario again gives the same, and undoes what a test did meanwhile", async () => {
  const first = await seedTestScenario("basic");
  const admin = await Visitor.of(first.data.admin);
  await admin.post("customers", { name: "Passing Trade", email: "passing@example.com" });

  const second = await seedTestScenario("basic");

  assert.deepEqual(second, first);
  assert.deepEqual(await (await Visitor.of(second.data.admin)).get("customers"), []);
});

test("a scenario is seeded at the size that is asked for", async () => {
  const { data } = await seedTestScenario("production-in-progress", { scale: 2 });

  assert.equal(data.made_to_stock.draft.length, 2);
});

test("after the cleanup nobody logs in, and the tables that had rows are named", async () => {
  const { data } = await seedTestScenario("basic");

  const cleaned = await cleanupTestData();

  assert.equal(cleaned.cleaned, true);
  assert.ok(cleaned.tables.includes("users") && cleaned.tables.includes("products"));
  assert.equal((await logIn(data.admin)).status, 401);
  assert.deepEqual((await cleanupTestData()).tables, []);
});
