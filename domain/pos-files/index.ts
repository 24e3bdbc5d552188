export type { SettledTicket, StatedLine, StatedTender, StatedTicket, TicketKey, TicketPlace } from "./settle-ticket.ts";
export { brokenKey, heldTicket, ignoredTicket, settleTicket, strayTicket } from "./settle-ticket.ts";
export { TicketProblem, ticketProblemOf } from "./ticket-problem.ts";
export type { FoundTicket, TicketTableFormat, TicketTableSettings, TicketTableSink } from "./ticket-table.ts";
export { recognisesTable, TicketTable } from "./ticket-table.ts";
