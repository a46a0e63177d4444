// What the scenarios are called, and what each tells of itself. Generated from
// them: run `factoryfloor types FILE` in their project's folder to do it anew.

export type TestScenario =
  | "busy-month"
  | "basic"
  | "full-demand-chain"
  | "production-with-shortage"
  | "full-production-context"
  | "so-with-blocking-issues"
  | "low-stock-with-allocations"
  | "empty"
  | "production-in-progress"
  | "production-mto"
  | "quote-to-cash"
  | "rush-order"
  | "printer-down"
  | "vendor-late";

/** Every name and alias. */
export const SCENARIOS = [
  "busy-month",
  "basic",
  "full-demand-chain",
  "production-with-shortage",
  "full-production-context",
  "so-with-blocking-issues",
  "low-stock-with-allocations",
  "empty",
  "production-in-progress",
  "production-mto",
  "quote-to-cash",
  "rush-order",
  "printer-down",
  "vendor-late",
] as const satisfies readonly TestScenario[];

/** What each scenario tells of itself. */
export interface ScenarioData {
  /**
   * A month with thousands of quotes, orders and shipments in every state, as
   * it looks today.
   */
  "busy-month": BusyMonth;
  /**
   * A farm before its first order: vendors, materials, products with bills, and
   * stock of each.
   */
  basic: Basic;
  /**
   * An order for 50 planters, its production order, what that lacks, and drafts
   * to buy just that.
   */
  "full-demand-chain": FullDemandChain;
  /** The same as `full-demand-chain`. */
  "production-with-shortage": FullDemandChain;
  /** The same as `full-demand-chain`. */
  "full-production-context": FullDemandChain;
  /**
   * A sales order with one line ready, one half made, and one short of
   * material.
   */
  "so-with-blocking-issues": SalesOrderWithBlockingIssues;
  /**
   * Items below their reorder points, whose stock is partly reserved by orders.
   */
  "low-stock-with-allocations": LowStockWithAllocations;
  /**
   * A farm on the day that it opens: one administrator to log in with, and
   * nothing else.
   */
  empty: Empty;
  /**
   * Production for sales orders and for stock in every state, on printers that
   * show it.
   */
  "production-in-progress": ProductionInProgress;
  /** The same as `production-in-progress`. */
  "production-mto": ProductionInProgress;
  /**
   * A deal that is done: quoted, accepted, ordered, produced, shipped in two
   * parts, and closed.
   */
  "quote-to-cash": QuoteToCash;
  /**
   * An order due in two days, while others have the stock and all printers are
   * taken.
   */
  "rush-order": RushOrder;
  /**
   * A printer that failed in the middle of a job, and the orders that it holds
   * back.
   */
  "printer-down": PrinterDown;
  /**
   * A purchase order five days overdue, a tenth of which has come, and the
   * orders that wait.
   */
  "vendor-late": VendorLate;
}

/** A day, such as "2026-03-31". */
export type DateString = string;

/** A decimal number to its last digit, such as "2.5000". */
export type DecimalString = string;

/**
 * A farm that could take its first order; `stock` is what is on hand, by SKU.
 */
export interface Basic {
  admin: Credentials;
  vendors: Vendors;
  materials: Materials;
  products: Products;
  stock: Record<string, DecimalString>;
}

/**
 * One thing that a line waits for, the document that it hangs on, and what to
 * do.
 */
export interface Blocker {
  kind: BlockerKind;
  document: string;
  message: string;
}

/** What a line waits for. */
export type BlockerKind =
  | "not_confirmed"
  | "not_planned"
  | "material_short"
  | "material_coming"
  | "not_released"
  | "not_started"
  | "in_progress";

/**
 * Who can look at the month, how many documents it has by status, and some of
 * its orders.
 */
export interface BusyMonth {
  admin: Credentials;
  planner: Credentials;
  operator: Credentials;
  first_day: DateString;
  last_day: DateString;
  quotes: Record<string, number>;
  sales_orders: Record<string, number>;
  production_orders: Record<string, number>;
  purchase_orders: Record<string, number>;
  printers: Record<string, number>;
  examples: Record<string, SalesOrder>;
  late: SalesOrder[];
}

/**
 * What a production order still takes of an item, in the item's unit, and its
 * sources.
 */
export interface ChainComponent {
  item_id: number;
  sku: string;
  name: string;
  unit: string;
  required: DecimalString;
  on_hand: DecimalString;
  missing: DecimalString;
  sources: ChainSource[];
  drafts: ChainSource[];
}

/**
 * Where so much of a component comes from, and when; `missing` has no document
 * and no day.
 */
export interface ChainSource {
  kind: SourceKind;
  quantity: DecimalString;
  on: DateString | null;
  late: boolean;
  document_id: number | null;
  document: string | null;
  vendor: string | null;
}

/** What a user logs in with, and what they may do. */
export interface Credentials {
  user_id: number;
  username: string;
  password: string;
  email: string;
  role: Role;
}

/** Someone who buys products. */
export interface Customer {
  id: number;
  name: string;
}

/**
 * A line of the deal and what left of it, in the first parcel and in the
 * second.
 */
export interface Deal {
  line: SalesOrderLine;
  product: Product;
  first: number;
  second: number;
}

/** Nothing but somebody who may do everything. */
export interface Empty {
  admin: Credentials;
}

/** Printers by their status. */
export interface Fleet {
  printing: Printer[];
  idle: Printer;
  maintenance: Printer;
  offline: Printer;
}

/** Each link from the customer to the vendors; `printer` is idle. */
export interface FullDemandChain {
  admin: Credentials;
  customer: Customer;
  product: Product;
  sales_order: SalesOrder;
  line: SalesOrderLine;
  quantity: number;
  production_order: ProductionOrder;
  filament: Need;
  inserts: Need;
  boxes: Need;
  purchase_orders: PurchaseOrder[];
  printer: Printer;
}

/**
 * A sales order that waits for the printer, its production order, and what
 * FilaOps says.
 */
export interface HeldBack {
  sales_order: SalesOrder;
  production_order: ProductionOrder;
  days_late: number;
  readiness: LineReadiness[];
}

/**
 * An order that came before, with the production order that holds material and
 * a printer.
 */
export interface InTheWay {
  sales_order: SalesOrder;
  production_order: ProductionOrder;
  printer: Printer;
}

/** One movement of an item: positive into stock, negative out of it. */
export interface InventoryTransaction {
  id: number;
}

/** Something that lies on a shelf: filament, a screw, a finished print. */
export interface Item {
  id: number;
  sku: string;
  name: string;
}

/**
 * A production order with what it makes, how far it is, and the printer it is
 * or was on.
 */
export interface Job {
  order: ProductionOrder;
  product: Product;
  printer: Printer | null;
  ordered: number;
  completed: number;
  scrapped: number;
}

/** Production orders by their status. */
export interface Jobs {
  draft: Job[];
  released: Job[];
  in_progress: Job[];
  completed: Job[];
  cancelled: Job[];
}

/** A line, how much of it could leave today, and what blocks the rest. */
export interface LineReadiness {
  line_number: number;
  sku: string;
  quantity_open: number;
  reserved: DecimalString;
  state: LineState;
  blockers: Blocker[];
}

/**
 * Whether a line can be shipped; of a blocked line, what is reserved can be.
 */
export type LineState = "shipped" | "ready" | "blocked";

/**
 * Whom the stock is promised to, and what of it is `low` and what `ample`, by
 * SKU.
 */
export interface LowStockWithAllocations {
  admin: Credentials;
  customer: Customer;
  sales_order: SalesOrder;
  made_to_order: ProductionOrder;
  made_to_stock: ProductionOrder;
  low: Record<string, Shelf>;
  ample: Record<string, Shelf>;
}

/** What is bought: filament by the kilogram, the rest by the piece. */
export interface Materials {
  pla: Item;
  petg: Item;
  insert: Item;
  led: Item;
  box: Item;
}

/**
 * What a production order takes of an item, in its unit, and what of that is
 * missing.
 */
export interface Need {
  item: Item;
  required: DecimalString;
  on_hand: DecimalString;
  missing: DecimalString;
  purchase_order: PurchaseOrder | null;
}

/**
 * A line, the production order that it waits for, and what FilaOps says of it.
 */
export interface OrderLine {
  line: SalesOrderLine;
  product: Product;
  production_order: ProductionOrder | null;
  readiness: LineReadiness;
}

/** One machine of the fleet. */
export interface Printer {
  id: number;
  name: string;
  status: PrinterStatus;
}

/**
 * The printer, the job that was on it, who waits for it, and what was done at
 * once.
 */
export interface PrinterDown {
  admin: Credentials;
  operator: Credentials;
  printer: Printer;
  interrupted: HeldBack;
  waiting: HeldBack;
  called_off: ProductionOrder;
  returned: InventoryTransaction;
  at_work: Printer;
  in_time: SalesOrder;
  in_maintenance: Printer;
}

/** What a printer is doing. */
export type PrinterStatus = "idle" | "printing" | "maintenance" | "offline";

/** Something that the farm prints and sells. */
export interface Product {
  id: number;
  sku: string;
  name: string;
  item_id: number | null;
}

/**
 * What is made for sales orders, what is made for stock, and what it is made
 * on.
 */
export interface ProductionInProgress {
  admin: Credentials;
  customer: Customer;
  sales_orders: SalesOrder[];
  made_to_order: Jobs;
  made_to_stock: Jobs;
  fleet: Fleet;
}

/** So many pieces of a product to print, for a sales order or for stock. */
export interface ProductionOrder {
  id: number;
  code: string;
  status: ProductionOrderStatus;
}

/** How far a production order has come. */
export type ProductionOrderStatus =
  "draft" | "released" | "in_progress" | "completed" | "cancelled";

/** What is made; the shade is a part of the lamp. */
export interface Products {
  planter: Product;
  vase: Product;
  shade: Product;
  lamp: Product;
}

/** What a vendor was asked to deliver. */
export interface PurchaseOrder {
  id: number;
  code: string;
  status: PurchaseOrderStatus;
}

/** So much of an item, ordered at a cost. */
export interface PurchaseOrderLine {
  id: number;
  purchase_order_id: number;
  line_number: number;
}

/** How far a purchase order has come. */
export type PurchaseOrderStatus =
  "draft" | "ordered" | "partly_received" | "received" | "cancelled";

/** An offer to a customer. */
export interface Quote {
  id: number;
  code: string;
  status: QuoteStatus;
}

/** How far a quote has come. */
export type QuoteStatus =
  "draft" | "sent" | "accepted" | "declined" | "expired";

/**
 * The documents of each step, in their order, and what the customer has to pay.
 */
export interface QuoteToCash {
  admin: Credentials;
  planner: Credentials;
  operator: Credentials;
  customer: Customer;
  quote: Quote;
  sales_order: SalesOrder;
  production_order: ProductionOrder;
  printer: Printer;
  first_shipment: Shipment;
  second_shipment: Shipment;
  planters: Deal;
  vases: Deal;
  total: DecimalString;
}

/** What a user may do. */
export type Role = "admin" | "planner" | "operator" | "viewer";

/**
 * The order in a hurry, what its planters take, what blocks it, and who is in
 * its way.
 */
export interface RushOrder {
  admin: Credentials;
  planner: Credentials;
  customer: Customer;
  sales_order: SalesOrder;
  due: DateString;
  planters: ProductionOrder;
  vases: ProductionOrder;
  needs: ChainComponent[];
  readiness: LineReadiness[];
  in_the_way: InTheWay[];
  reserved_vases: SalesOrder;
  purchase_order: PurchaseOrder;
  in_maintenance: Printer;
}

/** What a customer ordered. */
export interface SalesOrder {
  id: number;
  code: string;
  quote_id: number | null;
  status: SalesOrderStatus;
}

/** So many pieces of a product, ordered at a price. */
export interface SalesOrderLine {
  id: number;
  sales_order_id: number;
  line_number: number;
}

/** How far a sales order has come. */
export type SalesOrderStatus =
  | "pending"
  | "confirmed"
  | "in_production"
  | "ready"
  | "partly_shipped"
  | "shipped"
  | "closed"
  | "cancelled";

/**
 * One order, its three lines, the printer that works for it, and what is
 * missing.
 */
export interface SalesOrderWithBlockingIssues {
  admin: Credentials;
  customer: Customer;
  sales_order: SalesOrder;
  ready: OrderLine;
  half_made: OrderLine;
  short: OrderLine;
  printer: Printer;
  missing: Need;
}

/**
 * What is on hand of an item, in its unit, and how much of that is promised.
 */
export interface Shelf {
  item: Item;
  reorder_point: DecimalString;
  on_hand: DecimalString;
  reserved: DecimalString;
  available: DecimalString;
}

/** A parcel that left for a customer. */
export interface Shipment {
  id: number;
}

/** Where something comes from; `missing` is nowhere. */
export type SourceKind =
  "reserved" | "stock" | "production" | "purchase" | "missing";

/** Someone who sells items to the farm. */
export interface Vendor {
  id: number;
  name: string;
}

/**
 * What a vendor owes since when, who waits for it, and who could deliver
 * instead.
 */
export interface VendorLate {
  admin: Credentials;
  planner: Credentials;
  vendor: Vendor;
  item: Item;
  purchase_order: PurchaseOrder;
  line: PurchaseOrderLine;
  days_overdue: number;
  safe: Waiting;
  late: Waiting;
  endangered: Waiting;
  alternative: Vendor;
  instead: PurchaseOrder;
}

/** Who sells filament, hardware, and packaging. */
export interface Vendors {
  filament: Vendor;
  hardware: Vendor;
  packaging: Vendor;
}

/**
 * A line, its production order, and the filament that this takes, in kilograms.
 */
export interface Waiting {
  sales_order: SalesOrder;
  line: SalesOrderLine;
  production_order: ProductionOrder;
  reserved: DecimalString;
  on_hand: DecimalString;
  owed: DecimalString;
  too_late: boolean;
}
