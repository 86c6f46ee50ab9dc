import { describe, expect, test } from 'vitest'
import { CALICO_DEVICE as D } from '../../../testing/fixtures/calico-network.ts'
import { CALICO_PING, CALICO_PING_ROWS, sightingsOf } from '../../../testing/fixtures/calico-sightings.ts'
import { foldAxis } from './fold-axis.ts'
import { laneRows, ROW_HEIGHT, rowIndexByDevice } from './lanes.ts'
import type { LaneDevice } from './lanes.ts'
import { chipX, laneY, RULER_PX, seqAt, visibleRange } from './scene.ts'
import type { Scene } from './scene.ts'
import { EMPTY_TIMELINE, PROTOCOLS } from './timeline-store.ts'
import { fitted } from './view.ts'

const DEVICES: readonly LaneDevice[] = Object.entries(D).map(([name, device]) => ({
  device,
  name,
  namespace: 'lab',
  machine: 'lab',
  isLoopback: false,
}))

function sceneOf(sightings: Scene['state']['sightings']): Scene {
  const axis = foldAxis({ fromNs: 0, toNs: 690_030_000 }, [{ fromNs: 3_000, toNs: 690_003_000 }])
  const view = fitted({ axis, scale: { pxPerNs: 1, foldPx: 1 }, offsetPx: 0, widthPx: 1200 })
  const none = {
    pinned: new Set<number>(),
    collapsed: new Set<string>(),
    text: '',
    expression: '',
    busy: new Set<number>(),
  }
  const rows = laneRows(DEVICES, { ...none, only: undefined })
  const own = { isTrueTime: false, isOnlySelected: false, isTable: false, protocols: new Set(PROTOCOLS) }
  const state = {
    ...EMPTY_TIMELINE,
    ...none,
    ...own,
    ...view,
    devices: DEVICES,
    rows,
    rowOf: rowIndexByDevice(rows),
    sightings,
  }
  return { state, scrollTop: 0, heightPx: 400, packet: 0, selectedSeq: 0, selectedDevice: 0 }
}

describe('a scene', () => {
  const scene = sceneOf(CALICO_PING)

  test('finds each frame under its own chip', () => {
    for (let index = 0; index < CALICO_PING.count; index++) {
      const y = laneY(scene, CALICO_PING.device[index] ?? 0) ?? 0
      expect(seqAt(scene, chipX(scene, index), y)).toBe(CALICO_PING.seq[index])
    }
  })

  test('finds nothing on the ruler, below the lanes and far from every chip', () => {
    expect(seqAt(scene, chipX(scene, 0), RULER_PX / 2)).toBe(0)
    expect(seqAt(scene, chipX(scene, 0), RULER_PX + scene.state.rows.length * ROW_HEIGHT + 5)).toBe(0)
    expect(seqAt(scene, 1199, laneY(scene, D.ctrAEth0) ?? 0)).toBe(0)
  })

  test('scrolls its lanes', () => {
    expect((laneY(scene, D.pB) ?? 0) - (laneY({ ...scene, scrollTop: 30 }, D.pB) ?? 0)).toBe(30)
  })

  test('tells which sightings are in sight', () => {
    expect(visibleRange(scene, 0)).toEqual([0, CALICO_PING.count])
  })

  test('puts frames of one moment on one interface beside each other', () => {
    const [first] = CALICO_PING_ROWS
    const twins = sceneOf(sightingsOf([first!, { ...first!, seq: 4 }, { ...first!, seq: 5, device: D.pA }]))
    expect(chipX(twins, 1) - chipX(twins, 0)).toBe(11)
    expect(chipX(twins, 2)).toBe(chipX(twins, 0))
    const y = laneY(twins, D.ctrAEth0) ?? 0
    expect([seqAt(twins, chipX(twins, 0), y), seqAt(twins, chipX(twins, 1), y)]).toEqual([3, 4])
  })
})
