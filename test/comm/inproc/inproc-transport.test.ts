// The transport contract within one process, and what only mailboxes have.
import { inprocTransport } from "../../../src/comm/inproc/inproc-transport.js";
import { localAddress } from "../../../src/comm/interface/address.js";
import { transportContract } from "../../contracts/transport.contract.js";

transportContract({
  name: "inproc",
  transport: inprocTransport(),
  freshAddress: () => localAddress("inproc"),
  deadAddress: () => localAddress("inproc"),
});
