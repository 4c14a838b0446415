// The transport contract over ZeroMQ, tcp and ipc, and what only sockets have.
import { localAddress } from "../../src/comm/address.js";
import { zeromqTransport } from "../../src/comm/zeromq.js";
import { transportContract } from "../contracts/transport.contract.js";

transportContract({
  name: "zeromq over tcp",
  transport: zeromqTransport(),
  freshAddress: () => localAddress("tcp"),
  deadAddress: () => "tcp://127.0.0.1:1",
});

transportContract({
  name: "zeromq over ipc",
  transport: zeromqTransport(),
  freshAddress: () => localAddress("ipc"),
  deadAddress: () => localAddress("ipc"),
});
