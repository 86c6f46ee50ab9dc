// What the page does first: the lab of its address, else the example that shows what this is about.
import { loadLaterTexts, t } from '../../../i18n/i18n.ts'
import { loadLabTexts } from '../../../i18n/lab-texts.ts'
import { GLYPHS } from '../../../contract/protocol.ts'
import type { BootAddress } from './address.ts'
import { followGalleryTitle } from '../../lab/gallery-title.ts'
import { NO_EDITS } from '../../stores/editing-store.ts'
import { isLatestTurn, takeOpeningTurn } from '../../lab/built-lab.ts'
import { openLab } from '../../lab/open-lab.ts'
import { seek } from '../../lab/playback.ts'
import { playActions } from '../../lab/run-actions.ts'
import type { LabSession } from '../../lab/session.ts'
import { interfaceName } from '../../stores/network-store.ts'
import { openFragment } from './sources.ts'

const EXAMPLE = 'calico-proxy-arp'
// Part of this file, so that the first picture waits for one load less.
const [EXAMPLE_TEXT = ''] = Object.values(
  import.meta.glob<string>('../../../../conformance/labs/calico-proxy-arp.sh', {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
)

/** Opens the first lab and, where wished, runs it. */
export async function boot(session: LabSession, address: BootAddress): Promise<void> {
  followGalleryTitle(session)
  const turn = takeOpeningTurn(session)
  // Whoever asks for another lab meanwhile gets that one.
  const isWanted = (): boolean => isLatestTurn(session, turn)
  const isFromAddress = await openFromAddress(session, address, turn)
  const isRestored = isWanted() && !isFromAddress && !address.isEmbedded && (await restore(session, turn))
  if (isWanted() && !isFromAddress && !isRestored) await openExample(session, turn)
  if (isWanted() && !isRestored && (!isFromAddress || address.isRunWished)) {
    await playActions(session, Infinity)
    // Nobody but the page did this: there is nothing to undo yet.
    if (isWanted()) session.editing.setState(NO_EDITS)
  }
  if (!address.isEmbedded) {
    const { browserStore, startAutosave } = await import('../../lab/autosave.ts')
    startAutosave(session, browserStore())
  }
  // By the time that anybody draws, the sentences for it are there.
  void loadLaterTexts()
  if (isWanted() && isFromAddress && address.moment !== undefined) seekTo(session, address.moment)
}

/** True when the lab of before a reload is open again. */
async function restore(session: LabSession, turn: number): Promise<boolean> {
  const { browserStore, offerLast, restoreTab } = await import('../../lab/autosave.ts')
  const store = browserStore()
  const isRestored = await restoreTab(session, store, turn)
  if (!isRestored) void offerLast(session, store)
  return isRestored
}

/** True when the address names a lab and that lab is open. */
async function openFromAddress(
  session: LabSession,
  { fragment, labName }: BootAddress,
  turn: number,
): Promise<boolean> {
  if (fragment !== '') return openFragment(session, fragment, turn)
  if (labName === undefined) return false
  const [{ LAB_SCRIPTS }] = await Promise.all([import('./gallery-scripts.ts'), loadLabTexts()])
  const text = LAB_SCRIPTS.get(labName)
  if (text !== undefined) return openLab(session, { text, origin: { kind: 'gallery', name: labName }, turn })
  session.messages
    .getState()
    .show({ severity: 'error', title: t('open.noSuchLab', { name: labName }), details: [t('open.seeGallery')] })
  return false
}

async function openExample(session: LabSession, turn: number): Promise<void> {
  // A message about a damaged link must outlive the example that is shown instead.
  const { messages } = session.messages.getState()
  await openLab(session, { text: EXAMPLE_TEXT, origin: { kind: 'gallery', name: EXAMPLE }, turn })
  for (const message of messages) session.messages.getState().show(message)
}

function seekTo(session: LabSession, moment: string): void {
  const at = /^\d+(\.\d+)?$/.test(moment) ? Number(moment) * 1e9 : momentOfFrame(session, moment)
  if (at === undefined) {
    session.messages.getState().show({ severity: 'warning', title: t('open.noSuchMoment', { moment }) })
  } else seek(session, at)
}

/** `arp-reply@hostA/veth0:1` */
function momentOfFrame({ trace, network, selection }: LabSession, moment: string): number | undefined {
  const match = /^([a-z-]+)@([^:]+?)(?::(\d+))?$/.exec(moment)
  const glyph = GLYPHS.findIndex((name) => name === match?.[1])
  if (match === null || glyph < 0) return undefined
  const { columns } = trace.getState()
  let left = Number(match[3] ?? 1)
  for (let index = 0; index < columns.count; index++) {
    const isHere = interfaceName(network.getState(), columns.device[index] ?? 0) === match[2]
    if (columns.glyph[index] !== glyph || !isHere || --left > 0) continue
    selection.setState({ frameSeq: columns.seq[index] ?? 0 })
    return columns.at[index]
  }
  return undefined
}
