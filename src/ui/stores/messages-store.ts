// What the page has to say: what happened, where, and what helps. Errors stay until the reader closes them.
import { createStore } from 'zustand/vanilla'

export interface Message {
  readonly id: number
  readonly severity: 'info' | 'warning' | 'error'
  /** What happened, in one sentence. */
  readonly title: string
  /** Where, and how to mend it. */
  readonly details: readonly string[]
  readonly action: MessageAction | undefined
}

interface MessageAction {
  readonly label: string
  readonly run: () => void
}

/** A message before it has a number. */
export interface MessageDraft {
  readonly severity: Message['severity']
  readonly title: string
  readonly details?: readonly string[]
  readonly action?: MessageAction | undefined
}

export interface MessagesState {
  readonly messages: readonly Message[]
  readonly show: (draft: MessageDraft) => void
  readonly close: (id: number) => void
  /** Closes everything: a new lab has new news. */
  readonly clear: () => void
}

const MOST_AT_ONCE = 4

export const createMessagesStore = () =>
  createStore<MessagesState>((set, get) => {
    let nextId = 1
    return {
      messages: [],
      show: ({ severity, title, details = [], action }) => {
        const others = get().messages.filter((message) => message.title !== title)
        set({ messages: [...others, { id: nextId++, severity, title, details, action }].slice(-MOST_AT_ONCE) })
      },
      close: (id) => set({ messages: get().messages.filter((message) => message.id !== id) }),
      clear: () => set({ messages: [] }),
    }
  })
export type MessagesStore = ReturnType<typeof createMessagesStore>
