/** Whether a QMP command only tells something, so that nothing changes by it. */
export function onlyAsks(command: string): boolean {
  return /^(query-|qom-(get|list)|device-list-|x-debug-query-|x-query-)|^qmp_capabilities$|^trace-event-get-state$/.test(command);
}
