// The actions that have run or are running, with what stopped those that failed.
import { createStore } from 'zustand/vanilla'
import type { ActionView, WhyAnswer } from '../../contract/protocol.ts'

export interface ActionsState {
  readonly actions: readonly ActionView[]
  /** By the action's index. */
  readonly whyOf: ReadonlyMap<number, WhyAnswer>
  readonly isRunning: boolean
  /** True when the engine stopped at a limit: that is why everything after it failed. */
  readonly isStopped: boolean
  /** Index of the action to bring into view: after a run the first that failed, else the last; -1 for none. */
  readonly shownAction: number
  /** Index of the lab's next own action, and how many it has. */
  readonly nextAction: number
  readonly actionCount: number
}

export const NO_ACTIONS: ActionsState = {
  actions: [],
  whyOf: new Map(),
  isRunning: false,
  isStopped: false,
  shownAction: -1,
  nextAction: 0,
  actionCount: 0,
}

export const createActionsStore = () => createStore<ActionsState>(() => NO_ACTIONS)
export type ActionsStore = ReturnType<typeof createActionsStore>
