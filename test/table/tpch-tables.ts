// Queries of TPC-H with the methods of tables: the columns of tpch-queries.ts, in the same order.
import { col, count, lit, type Table, when } from "../../src/index.js";

/** The eight tables. */
export type Tpch = Readonly<
  Record<
    "region" | "nation" | "supplier" | "customer" | "part" | "partsupp" | "orders" | "lineitem",
    Table
  >
>;

const NET = col("l_extendedprice").mul(lit(1).sub(col("l_discount")));
const day = (text: string) => new Date(text);
const within = (name: string, from: string, to: string) =>
  col(name)
    .ge(day(from))
    .and(col(name).lt(day(to)));

/** A join in which both sides move: tables are small here, and would be read whole. */
const by = <const On extends Readonly<Record<string, string>>>(on: On) => ({ on, npartitions: 3 });

/** The queries by number. */
export const TPCH_TABLES: Readonly<Record<number, (tables: Tpch) => Table>> = {
  1: ({ lineitem }) =>
    lineitem
      .filter(col("l_shipdate").le(day("1998-09-02")))
      .groupBy("l_returnflag", "l_linestatus")
      .agg({
        sum_qty: col("l_quantity").sum(),
        sum_base_price: col("l_extendedprice").sum(),
        sum_disc_price: NET.sum(),
        sum_charge: NET.mul(lit(1).add(col("l_tax"))).sum(),
        avg_qty: col("l_quantity").mean(),
        avg_price: col("l_extendedprice").mean(),
        avg_disc: col("l_discount").mean(),
        count_order: count(),
      })
      .sort("l_returnflag", "l_linestatus"),
  3: ({ customer, orders, lineitem }) =>
    customer
      .join(orders, by({ c_custkey: "o_custkey" }))
      .join(lineitem, by({ o_orderkey: "l_orderkey" }))
      .filter(
        col("c_mktsegment")
          .eq("BUILDING")
          .and(col("o_orderdate").lt(day("1995-03-15")))
          .and(col("l_shipdate").gt(day("1995-03-15"))),
      )
      .groupBy("o_orderkey", "o_orderdate", "o_shippriority")
      .agg({ revenue: NET.sum() })
      .sort({ by: "revenue", descending: true }, "o_orderdate")
      .limit(10)
      .select("o_orderkey", "revenue", "o_orderdate", "o_shippriority"),
  4: ({ orders, lineitem }) =>
    orders
      .filter(within("o_orderdate", "1993-07-01", "1993-10-01"))
      .join(lineitem.filter(col("l_commitdate").lt(col("l_receiptdate"))), {
        ...by({ o_orderkey: "l_orderkey" }),
        how: "semi",
      })
      .groupBy("o_orderpriority")
      .count()
      .sort("o_orderpriority"),
  5: ({ customer, orders, lineitem, supplier, nation, region }) =>
    customer
      .join(orders, by({ c_custkey: "o_custkey" }))
      .join(lineitem, by({ o_orderkey: "l_orderkey" }))
      .join(supplier, by({ l_suppkey: "s_suppkey", c_nationkey: "s_nationkey" }))
      .join(nation, { on: { c_nationkey: "n_nationkey" } })
      .join(region, { on: { n_regionkey: "r_regionkey" } })
      .filter(
        col("r_name")
          .eq("ASIA")
          .and(within("o_orderdate", "1994-01-01", "1995-01-01")),
      )
      .groupBy("n_name")
      .agg({ revenue: NET.sum() })
      .sort({ by: "revenue", descending: true }),
  6: ({ lineitem }) =>
    lineitem
      .filter(within("l_shipdate", "1994-01-01", "1995-01-01"))
      .filter(col("l_discount").between(0.05, 0.07).and(col("l_quantity").lt(24)))
      .agg({ revenue: col("l_extendedprice").mul(col("l_discount")).sum() }),
  7: ({ supplier, lineitem, orders, customer, nation }) =>
    supplier
      .join(nation.select("n_nationkey", { supp_nation: col("n_name") }), {
        on: { s_nationkey: "n_nationkey" },
      })
      .join(lineitem, by({ s_suppkey: "l_suppkey" }))
      .join(orders, by({ l_orderkey: "o_orderkey" }))
      .join(customer, by({ o_custkey: "c_custkey" }))
      .join(nation.select({ key: col("n_nationkey"), cust_nation: col("n_name") }), {
        on: { c_nationkey: "key" },
      })
      .filter(
        col("supp_nation")
          .eq("FRANCE")
          .and(col("cust_nation").eq("GERMANY"))
          .or(col("supp_nation").eq("GERMANY").and(col("cust_nation").eq("FRANCE"))),
      )
      .filter(col("l_shipdate").between(day("1995-01-01"), day("1996-12-31")))
      .withColumn("l_year", col("l_shipdate").year())
      .groupBy("supp_nation", "cust_nation", "l_year")
      .agg({ revenue: NET.sum() })
      .sort("supp_nation", "cust_nation", "l_year"),
  9: ({ part, supplier, lineitem, partsupp, orders, nation }) =>
    lineitem
      .join(part, by({ l_partkey: "p_partkey" }))
      .filter(col("p_name").like("%green%"))
      .join(partsupp, by({ l_partkey: "ps_partkey", l_suppkey: "ps_suppkey" }))
      .join(orders, by({ l_orderkey: "o_orderkey" }))
      .join(supplier, { on: { l_suppkey: "s_suppkey" } })
      .join(nation, { on: { s_nationkey: "n_nationkey" } })
      .select({
        nation: col("n_name"),
        o_year: col("o_orderdate").year(),
        amount: NET.sub(col("ps_supplycost").mul(col("l_quantity"))),
      })
      .groupBy("nation", "o_year")
      .sum("amount")
      .sort("nation", { by: "o_year", descending: true }),
  10: ({ customer, orders, lineitem, nation }) =>
    customer
      .join(orders, by({ c_custkey: "o_custkey" }))
      .join(lineitem, by({ o_orderkey: "l_orderkey" }))
      .join(nation, { on: { c_nationkey: "n_nationkey" } })
      .filter(within("o_orderdate", "1993-10-01", "1994-01-01").and(col("l_returnflag").eq("R")))
      .groupBy("c_custkey", "c_name", "c_acctbal", "c_phone", "n_name", "c_address", "c_comment")
      .agg({ revenue: NET.sum() })
      .sort({ by: "revenue", descending: true })
      .limit(20)
      .select(
        "c_custkey",
        "c_name",
        "revenue",
        "c_acctbal",
        "n_name",
        "c_address",
        "c_phone",
        "c_comment",
      ),
  11: ({ partsupp, supplier, nation }) => {
    const german = partsupp
      .join(supplier, by({ ps_suppkey: "s_suppkey" }))
      .join(nation, { on: { s_nationkey: "n_nationkey" } })
      .filter(col("n_name").eq("GERMANY"))
      .withColumn("value", col("ps_supplycost").mul(col("ps_availqty")));
    const all = german.agg({ all: col("value").sum() });
    return german
      .groupBy("ps_partkey")
      .sum("value")
      .join(all, { how: "cross" })
      .filter(col("value").gt(col("all").mul(0.01)))
      .select("ps_partkey", "value")
      .sort({ by: "value", descending: true });
  },
  12: ({ orders, lineitem }) =>
    orders
      .join(lineitem, by({ o_orderkey: "l_orderkey" }))
      .filter(col("l_shipmode").isIn(["MAIL", "SHIP"]))
      .filter(
        col("l_commitdate")
          .lt(col("l_receiptdate"))
          .and(col("l_shipdate").lt(col("l_commitdate")))
          .and(within("l_receiptdate", "1994-01-01", "1995-01-01")),
      )
      .withColumn("high", when(col("o_orderpriority").isIn(["1-URGENT", "2-HIGH"]), 1, 0))
      .groupBy("l_shipmode")
      .agg({ high_line_count: col("high").sum(), low_line_count: lit(1).sub(col("high")).sum() })
      .sort("l_shipmode"),
  13: ({ customer, orders }) =>
    customer
      .join(orders.filter(col("o_comment").like("%special%requests%").not()), {
        ...by({ c_custkey: "o_custkey" }),
        how: "left",
      })
      .groupBy("c_custkey")
      .agg({ c_count: col("o_orderkey").count() })
      .groupBy("c_count")
      .agg({ custdist: count() })
      .sort({ by: "custdist", descending: true }, { by: "c_count", descending: true }),
  14: ({ lineitem, part }) =>
    lineitem
      .filter(within("l_shipdate", "1995-09-01", "1995-10-01"))
      .join(part, by({ l_partkey: "p_partkey" }))
      .withColumn("promo", when(col("p_type").like("PROMO%"), NET, 0))
      .agg({ promo_revenue: col("promo").sum().mul(100).div(NET.sum()) }),
  17: ({ lineitem, part }) => {
    const some = lineitem
      .join(part, by({ l_partkey: "p_partkey" }))
      .filter(col("p_brand").eq("Brand#23").and(col("p_container").eq("MED BOX")));
    return some
      .withColumn("mean", col("l_quantity").mean().over({ partitionBy: "l_partkey" }))
      .filter(col("l_quantity").lt(col("mean").mul(0.2)))
      .agg({ avg_yearly: col("l_extendedprice").sum().div(7) });
  },
  18: ({ customer, orders, lineitem }) => {
    const large = lineitem
      .groupBy("l_orderkey")
      .agg({ quantity: col("l_quantity").sum() })
      .filter(col("quantity").gt(300));
    return orders
      .join(large, by({ o_orderkey: "l_orderkey" }))
      .join(customer, by({ o_custkey: "c_custkey" }))
      .select(
        "c_name",
        { c_custkey: col("o_custkey") },
        "o_orderkey",
        "o_orderdate",
        "o_totalprice",
        "quantity",
      )
      .sort({ by: "o_totalprice", descending: true }, "o_orderdate")
      .limit(100);
  },
  19: ({ lineitem, part }) => {
    const some = (brand: string, containers: string[], from: number, size: number) =>
      col("p_brand")
        .eq(brand)
        .and(col("p_container").isIn(containers))
        .and(col("l_quantity").between(from, from + 10))
        .and(col("p_size").between(1, size));
    return lineitem
      .join(part, by({ l_partkey: "p_partkey" }))
      .filter(col("l_shipmode").isIn(["AIR", "AIR REG"]))
      .filter(col("l_shipinstruct").eq("DELIVER IN PERSON"))
      .filter(
        some("Brand#12", ["SM CASE", "SM BOX", "SM PACK", "SM PKG"], 1, 5)
          .or(some("Brand#23", ["MED BAG", "MED BOX", "MED PKG", "MED PACK"], 10, 10))
          .or(some("Brand#34", ["LG CASE", "LG BOX", "LG PACK", "LG PKG"], 20, 15)),
      )
      .agg({ revenue: NET.sum() });
  },
};
