// The columns of TPC-H's eight tables, as its specification has them.
import type { ColumnType } from "../../src/index.js";

const KEY = "int64";
const MONEY = "decimal(15,2)";
const TEXT = "string";

/** The types of the columns of each table, in order. */
export const TPCH_SCHEMAS: Readonly<Record<string, Readonly<Record<string, ColumnType>>>> = {
  region: { r_regionkey: KEY, r_name: TEXT, r_comment: TEXT },
  nation: { n_nationkey: KEY, n_name: TEXT, n_regionkey: KEY, n_comment: TEXT },
  supplier: {
    s_suppkey: KEY,
    s_name: TEXT,
    s_address: TEXT,
    s_nationkey: KEY,
    s_phone: TEXT,
    s_acctbal: MONEY,
    s_comment: TEXT,
  },
  customer: {
    c_custkey: KEY,
    c_name: TEXT,
    c_address: TEXT,
    c_nationkey: KEY,
    c_phone: TEXT,
    c_acctbal: MONEY,
    c_mktsegment: TEXT,
    c_comment: TEXT,
  },
  part: {
    p_partkey: KEY,
    p_name: TEXT,
    p_mfgr: TEXT,
    p_brand: TEXT,
    p_type: TEXT,
    p_size: KEY,
    p_container: TEXT,
    p_retailprice: MONEY,
    p_comment: TEXT,
  },
  partsupp: {
    ps_partkey: KEY,
    ps_suppkey: KEY,
    ps_availqty: KEY,
    ps_supplycost: MONEY,
    ps_comment: TEXT,
  },
  orders: {
    o_orderkey: KEY,
    o_custkey: KEY,
    o_orderstatus: TEXT,
    o_totalprice: MONEY,
    o_orderdate: "date",
    o_orderpriority: TEXT,
    o_clerk: TEXT,
    o_shippriority: KEY,
    o_comment: TEXT,
  },
  lineitem: {
    l_orderkey: KEY,
    l_partkey: KEY,
    l_suppkey: KEY,
    l_linenumber: KEY,
    l_quantity: MONEY,
    l_extendedprice: MONEY,
    l_discount: MONEY,
    l_tax: MONEY,
    l_returnflag: TEXT,
    l_linestatus: TEXT,
    l_shipdate: "date",
    l_commitdate: "date",
    l_receiptdate: "date",
    l_shipinstruct: TEXT,
    l_shipmode: TEXT,
    l_comment: TEXT,
  },
};
