// Laying a lab out again.
export const arrange = {
  working: 'Laying out {{count}} machines…',
  stop: 'Stop',
  failed: 'The layout could not be found.',
  tryAgain: 'The lab is as it was. Reload the page if it happens again.',
}
