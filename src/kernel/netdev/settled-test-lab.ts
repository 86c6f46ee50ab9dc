// For tests that call into the kernel below its system calls: the same functions, with what a changed carrier leads to done when they return,
// as it is for the caller of a system call.
import { addPort as addPortOnly, removePort as removePortOnly } from '../link/bridge/port.ts'
import { addLink as addLinkOnly, removeLink as removeLinkOnly, setLink as setLinkOnly } from '../link/link-calls.ts'
import type { World } from '../world.ts'
import { devClose as devCloseOnly, devOpen as devOpenOnly } from './lifecycle.ts'
import { linkwatchAfterCall } from './link-watch.ts'

function settled<Args extends readonly unknown[], Result>(
  act: (world: World, ...args: Args) => Result,
): (world: World, ...args: Args) => Result {
  return (world, ...args) => {
    const result = act(world, ...args)
    linkwatchAfterCall(world)
    return result
  }
}

export const devOpen = settled(devOpenOnly)
export const devClose = settled(devCloseOnly)
export const addLink = settled(addLinkOnly)
export const setLink = settled(setLinkOnly)
export const removeLink = settled(removeLinkOnly)
export const addPort = settled(addPortOnly)
export const removePort = settled(removePortOnly)
