// "Make this the start".
export const start = {
  title: 'Make this the start',
  explanation: 'The chosen commands become lines of the lab’s setup, and the lab begins with them:',
  failed: 'failed',
  rest: 'The others are forgotten, with every frame so far. Undo brings all of it back.',
  restOwn:
    'The others are forgotten, with every frame so far; the lab’s own actions stay, to be run again. Undo brings all of it back.',
  make_one: 'Start with {{count}} command',
  make_other: 'Start with {{count}} commands',
  nothing: 'Nothing was typed or drawn since the lab began: this is the start.',
}
