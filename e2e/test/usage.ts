/** What TypeScript lets tests write, and what it refuses; it is compiled and never run. */

import { seedTestScenario, type SeedResponse, type TestScenario } from "../src/client.js";

export async function accepted(): Promise<string[]> {
  const { data } = await seedTestScenario("full-demand-chain");
  const status: string = data.sales_order.status;
  const missing: string = data.filament.missing;
  const drafts: number[] = data.purchase_orders.map((order) => order.id);
  const sized = await seedTestScenario("production-mto", { scale: 3, seed: 1 });
  const printer: string | undefined = sized.data.made_to_order.draft[0]?.printer?.name;
  return [status, missing, ...drafts.map(String), printer ?? "none"];
}

/** The name tells the data's type, where it is known only at run time too. */
export function narrowed(seeded: SeedResponse): string {
  return seeded.scenario === "basic"
    ? seeded.data.vendors.filament.name
    : seeded.data.admin.username;
}

export async function refused(name: string): Promise<void> {
  // @ts-expect-error there is no such scenario
  await seedTestScenario("full-demand-chian");
  // @ts-expect-error any text is no scenario
  await seedTestScenario(name);
  // @ts-expect-error there is no such option
  await seedTestScenario("basic", { size: 3 });

  const { data } = await seedTestScenario("full-demand-chain");
  // @ts-expect-error there is no such member
  data.salesOrder;
  // @ts-expect-error a status that there is not
  data.sales_order.status === "confirmation";
  // @ts-expect-error there may be no purchase order
  data.filament.purchase_order.code;
  // @ts-expect-error a decimal number is a text
  data.filament.missing * 2;

  const empty: SeedResponse<"empty"> = await seedTestScenario("empty");
  // @ts-expect-error the empty farm has no vendors
  empty.data.vendors;
  // @ts-expect-error one scenario's answer is not another's
  const basic: SeedResponse<"basic"> = empty;
  const scenario: TestScenario = basic.scenario;
  await seedTestScenario(scenario);
}
