// The methods of clients that are grouped by subject, each group with its text and examples in a
// file. Client extends the class made here.
import { classWithMethods } from "../../base/method-chapters.js";
import { ACTOR_METHODS, type ActorMethods } from "./actor-methods.js";
import { ADMIN_METHODS, type AdminMethods } from "./admin-methods.js";
import { INSPECTION_METHODS, type InspectionMethods } from "./inspection-methods.js";
import { OBSERVATION_METHODS, type ObservationMethods } from "./observation-methods.js";
import { PLUGIN_METHODS, type PluginMethods } from "./plugin-methods.js";
import { SHARING_METHODS, type SharingMethods } from "./sharing-methods.js";
import { STREAM_METHODS, type StreamMethods } from "./stream-methods.js";

/**
 * A class that has all {@link ActorMethods}, {@link InspectionMethods}, {@link ObservationMethods},
 * {@link PluginMethods}, {@link SharingMethods}, {@link StreamMethods} and {@link AdminMethods}.
 */
export const ClientMethods = classWithMethods([
  ACTOR_METHODS,
  INSPECTION_METHODS,
  OBSERVATION_METHODS,
  PLUGIN_METHODS,
  SHARING_METHODS,
  STREAM_METHODS,
  ADMIN_METHODS,
]) as abstract new () => ActorMethods &
  InspectionMethods &
  ObservationMethods &
  PluginMethods &
  SharingMethods &
  StreamMethods &
  AdminMethods;
