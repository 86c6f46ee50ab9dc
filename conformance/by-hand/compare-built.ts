/** Plays what was built by hand and compares it with what Linux did with the lab that it is meant to be. */
import type { NetworkView, OpenedLab } from '../../src/contract/protocol.ts'
import { playLab } from '../../src/engine/play.ts'
import { LabSession } from '../../src/engine/session.ts'
import type { Comparison } from '../compare/difference.ts'
import { findRenaming, inverse, renameCommand, renameRecording } from '../compare/renaming.ts'
import type { Renaming } from '../compare/renaming.ts'
import { compareWithLinux, labText } from '../labs.ts'

const RUN = '#%% run\n'

/** How the names of what was built become those of the lab. Throws where the networks differ. */
async function renamingTo(lab: string, text: string): Promise<Renaming> {
  return findRenaming(await networkOf(text), await networkOf(labText(lab)))
}

/** The network that a lab's setup builds. */
async function networkOf(text: string): Promise<NetworkView> {
  const session = new LabSession({ clone: structuredClone }, () => undefined)
  const [setup = ''] = text.split(RUN)
  const opened = (await session.handle({ kind: 'open', text: setup })) as OpenedLab
  if (opened.setupExit !== 0) throw new Error(opened.setupOutput)
  return opened.network
}

/** What the lab runs, in the names of a network that was built by hand. The last lines are its times. */
export async function actionsFor(lab: string, built: string): Promise<readonly string[]> {
  const renaming = inverse(await renamingTo(lab, built))
  const [, actions = ''] = labText(lab).split(RUN)
  return actions
    .trim()
    .split('\n')
    .map((line) => renameCommand(line, renaming))
}

/** Compares a text with setup and actions with Linux's recording of a lab: frames, their order and times, outputs, tables. */
export async function compareBuilt(lab: string, text: string): Promise<Comparison> {
  const renaming = await renamingTo(lab, text)
  return compareWithLinux(renameRecording(await playLab(lab, text), renaming))
}

/** The setup with the lab's own actions after it. */
export async function withActions(lab: string, setup: string): Promise<string> {
  return `${setup.trimEnd()}\n${RUN}${(await actionsFor(lab, setup)).join('\n')}\n`
}
