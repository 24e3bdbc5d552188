export { heldTicket, ignoredTicket, strayTicket } from "./held-ticket.ts";
export type { BuiltEvent, StatedLine, StatedTender, StatedTicket } from "./settle-ticket.ts";
export { completedTicket, settledFacts, settleTicket } from "./settle-ticket.ts";
export type { SettledTicket, TicketNames, TicketPlace } from "./settled-ticket.ts";
export type { TicketKey } from "./ticket-key.ts";
export { brokenKey, keyCharactersMax, numberOf, numberOverAll } from "./ticket-key.ts";
export { TicketProblem, ticketProblemOf } from "./ticket-problem.ts";
export type { FoundTicket, TicketTableFormat, TicketTableSettings, TicketTableSink } from "./ticket-table.ts";
export { recognisesTable, TicketTable } from "./ticket-table.ts";
