// The transport contract within one process, and what only mailboxes have.
import { localAddress } from "../../src/comm/address.js";
import { inprocTransport } from "../../src/comm/inproc.js";
import { transportContract } from "../contracts/transport.contract.js";

transportContract({
  name: "inproc",
  transport: inprocTransport(),
  freshAddress: () => localAddress("inproc"),
  deadAddress: () => localAddress("inproc"),
});
