/** What the gateways answer operators by REST; what channels tell them is in the client's types of events. */
export type {
  ConnectionsAnswer as ListedConnections,
  DeploymentHistoryAnswer as DeploymentHistory,
  ListedConnection,
  Series as HistorySeries,
} from "./answers.js";
